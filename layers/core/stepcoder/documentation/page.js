// Starts Swagger UI on the description that is served beside the page.
window.addEventListener("load", () => {
  window.SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#page",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    showExtensions: true,
    // Its own request to a validator elsewhere would be refused by the page's policy anyway.
    validatorUrl: null,
  });
});
