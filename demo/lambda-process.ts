/** One invocation of the hook function: reads the event from stdin and exits when the function ends. */

import { text } from "node:stream/consumers";
import { parseJson } from "../fakes/slack/json.ts";
import { handler } from "../src/hook/index.ts";

await handler(parseJson(await text(process.stdin)));
