// Makes every call of the npm client and prints what each one gave, as one JSON object. What is right is not said here.
"use strict";

const zencoder = require("zencoder");

const given = JSON.parse(process.argv[2]);
const client = zencoder(given.key, given.base, { timeout: 30000 });
const found = {};

async function note(name, promise) {
  try {
    const { data, response } = await promise;
    found[name] = { status: response.statusCode, data: data === undefined ? null : data };
  } catch (error) {
    found[name] = { status: error.code, errors: error.errors, message: error.message };
  }
}

function called(name, call) {
  return new Promise((resolve) => {
    call((error, data, response) => {
      found[name] = { error: error && error.errors, status: response && response.statusCode, data: data || null };
      resolve();
    });
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function encode() {
  await note("Job.create", client.Job.create({ input: given.clip, outputs: [given.output], pass_through: "node" }));
  const id = found["Job.create"].data.id;
  for (let tries = 0; tries < 400; tries += 1) {
    const { data } = await client.Job.progress(id);
    if (["finished", "failed", "cancelled"].includes(data.state)) break;
    await pause(100);
  }
  await note("Job.progress", client.Job.progress(id));
  await note("Job.details", client.Job.details(id));
  const job = found["Job.details"].data.job;
  await note("Input.details", client.Input.details(job.input_media_file.id));
  await note("Input.progress", client.Input.progress(job.input_media_file.id));
  await note("Output.details", client.Output.details(job.output_media_files[0].id));
  await note("Output.progress", client.Output.progress(job.output_media_files[0].id));
  await note("Job.resubmit finished", client.Job.resubmit(id));
  await note("Job.cancel finished", client.Job.cancel(id));
  await note("Job.finish", client.Job.finish(id));
  await called("callback Job.details", (callback) => client.Job.details(id, callback));
  await called("callback Job.cancel", (callback) => client.Job.cancel(id, callback));
}

async function rest() {
  await note("Job.list", client.Job.list());
  await note("Job.list with parameters", client.Job.list({ page: 2, per_page: 1 }));
  await note("Job.resubmit", client.Job.resubmit(given.failed));
  await note("Job.create refused", client.Job.create({ input: "film.mp4" }));
  await note("Job.details unknown", client.Job.details(1));
  await note("Job.create slow", client.Job.create({ input: given.slow }));
  await note("Job.cancel", client.Job.cancel(found["Job.create slow"].data.id));
  for (const name of ["vod", "live", "all", "minutes"]) {
    await note(`Report.${name}`, client.Report[name]());
    await note(`Report.${name} with parameters`, client.Report[name]({ from: "2020-01-01", to: "2020-01-31", grouping: "tv" }));
    await note(`Report.${name} refused`, client.Report[name]({ from: "2020-01-01", to: "2020-12-31" }));
  }
  await note("Account.details", client.Account.details());
  await note("Account.create", client.Account.create({ email: "node@example.com", terms_of_service: 1 }));
  await note("Account.create again", client.Account.create({ email: "node@example.com", terms_of_service: 1 }));
  // Resources belong to the client that was made last.
  const newcomer = zencoder(found["Account.create"].data.api_key, given.base);
  await note("Account.integration", newcomer.Account.integration());
  await note("Account.details in integration", newcomer.Account.details());
  await note("Account.live", newcomer.Account.live());
  process.env.ZENCODER_API_KEY = given.key;
  await note("key from the environment", zencoder(null, given.base).Account.details());
  await note("wrong key", zencoder("nonsense", given.base).Account.details());
}

encode()
  .then(rest)
  .then(() => console.log(JSON.stringify(found)))
  .catch((error) => {
    console.error(error, JSON.stringify(found));
    process.exitCode = 1;
  });
