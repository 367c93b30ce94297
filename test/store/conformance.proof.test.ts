import { describe } from "vitest";
import { hasRedis, openEmbeddedRedis, openPrivateRedis } from "./backends.ts";
import { everyRule } from "./every-rule.ts";

describe("on js-redis-server", () => {
  everyRule(openEmbeddedRedis);
});

describe.skipIf(!hasRedis())("on a private server", () => {
  everyRule(openPrivateRedis);
});
