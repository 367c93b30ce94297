import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Begun first, longest first: begun last, one of them would run alone at the end. */
const long = [
  "explorer/lease",
  "journeys/kill-all-systems",
  "journeys/opposite-clicks",
  "explorer/lost-answer",
  "journeys/kill",
  "journeys/lost-and-late",
  "journeys/offers",
  "demo/command",
  "hook/hook",
  "journeys/",
  "explorer/",
  "demo/",
  "fakes/",
  "store/conformance",
  "bot/card/states/",
  "cli",
  "aws/",
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const found = long.findIndex((start) => moduleId.includes(`/test/${start}`));
      return found === -1 ? long.length : found;
    };
    return (await super.sort(files)).toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

const proof = "test/**/*.proof.test.ts";
const each = {
  env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  // No test replaces a module, so files can share them: loading the AWS SDK again for each takes longer than its tests.
  isolate: false,
  setupFiles: ["test/seed.ts"],
  maxConcurrency: 16,
  testTimeout: 60_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    globalSetup: ["test/redis-server.ts"],
    // Many tests wait for processes and deadlines: one worker for each processor would leave it idle half of the time.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: LongFirst },
    coverage: { provider: "v8", include: ["src/**"] },
    projects: [
      { test: { ...each, name: "fast", include: ["test/**/*.test.ts"], exclude: [proof] } },
      { test: { ...each, name: "proof", include: [proof] } },
    ],
  },
});
