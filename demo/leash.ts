/**
 * Preloaded into the bot's process. The pipe closes when the demo exits, even if it is killed; then the bot exits too.
 */

process.stdin.once("close", () => process.exit(1));
process.stdin.resume();
process.stdin.unref();
