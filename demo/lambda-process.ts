/** One invocation of the hook function: the event comes in on stdin, and the process ends with the function. */

import { text } from "node:stream/consumers";
import { handler } from "../src/hook/index.ts";
import { parseJson } from "./slack/json.ts";

await handler(parseJson(await text(process.stdin)));
