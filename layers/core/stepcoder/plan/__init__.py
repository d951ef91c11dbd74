"""Request + MediaInfo → Plan. Pure: no clock, no environment, no I/O. What a worker then runs is commands/."""
