/** One invocation of the hook function: the event comes in on stdin, and the process ends with the function. */

import { text } from "node:stream/consumers";
import { parseJson } from "../fakes/slack/json.ts";
import { handler } from "../src/hook/index.ts";

await handler(parseJson(await text(process.stdin)));
