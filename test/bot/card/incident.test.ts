import { expect, it } from "vitest";
import { drawIncident } from "../../../src/bot/card/incident.ts";
import { deploymentOf, noon, pictureOf, rollbackAt } from "./pictures.ts";
import { problemsOf, wordsOf } from "./reading.ts";

/** The channel was told of an incident before. */
const board = { incidentTs: "1794925920.000100" };

it("says that the trouble is no longer shown when ECS counts no failed tasks any more", () => {
  const deployment = deploymentOf({ holds: [], offers: [rollbackAt(undefined)] });
  const message = drawIncident(pictureOf({ deployment, board }));
  const words = message === undefined ? "" : `${message.text} ${wordsOf(message)}`;
  expect(words).toContain("ECS no longer shows");
  expect(words).not.toContain("Something is wrong");
  expect(words).not.toContain("please look");
  expect(words).not.toContain("**");
  expect(message && problemsOf(message)).toEqual([]);
});

it("does not call a deployment that finished one that went back", () => {
  const deployment = deploymentOf({
    phase: "succeeded",
    status: "SUCCESSFUL",
    endedAt: noon,
    holds: [],
    offers: [],
  });
  const message = drawIncident(pictureOf({ deployment, board }));
  expect(message && wordsOf(message)).toContain("✅ *Over at");
});
