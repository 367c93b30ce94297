/** On a real Redis where there is one. The proof runs the rules on every other backend. */

import { describe } from "vitest";
import { hasRedis, openEmbeddedRedis, openRealRedis } from "./backends.ts";
import { everyRule } from "./every-rule.ts";

describe("on the backend of the other suites", () => {
  everyRule(hasRedis() ? openRealRedis : openEmbeddedRedis);
});
