/** Loaded into the bot's process before the bot. The pipe ends when the demo ends, even killed: then the bot ends too. */

process.stdin.once("close", () => process.exit(1));
process.stdin.resume();
process.stdin.unref();
