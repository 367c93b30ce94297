/** A job's reads and writes for one deployment: snapshot, failed reads, whole view. */

import { z } from "zod";
import type { DecisionId } from "../handlers/decision.ts";
import { isTerminal } from "../handlers/deployment.ts";
import type { DeploymentKey } from "../handlers/ports.ts";
import type { Store } from "../handlers/store/store.ts";
import type { View } from "../handlers/store/view.ts";
import { deploymentKeys } from "./keys.ts";
import {
  boardSchema,
  flagSchema,
  maybeDecisionReplySchema,
  recordVersion,
  storedLogEntrySchema,
} from "./records.ts";
import type { RunScript } from "./scripts.ts";
import { deploymentSchema } from "./snapshot.ts";
import { countSchema, flatSchema, hashOf, jsonText } from "./stored-text.ts";
import { parseVotes } from "./votes.ts";

type SnapshotStore = Pick<Store, "save" | "fail" | "view">;

export function createSnapshots(run: RunScript): SnapshotStore {
  return {
    async save(key, { readAt, deployment, decisions, born, young }) {
      const remarks = deployment.remarks.flatMap((remark) => [remark.name, JSON.stringify(remark)]);
      const terminal = isTerminal(deployment) ? 1 : 0;
      const [kind, view] = await run(
        "save",
        viewKeys(key, decisions),
        [
          ...[recordVersion, readAt, terminal, JSON.stringify(deployment)],
          ...[born ?? "", young === true ? 1 : 0, ...remarks],
        ],
        saveReply,
      );
      return { kind, view };
    },
    fail: (key, why, decisions) => run("fail", viewKeys(key, decisions), [why], viewReply),
    view: (key, decisions) => run("view", viewKeys(key, decisions), [], viewReply),
  };
}

function viewKeys(key: DeploymentKey, decisions: readonly DecisionId[]): string[] {
  const { dep, board, ask, log, lease, decision } = deploymentKeys(key);
  return [dep, board, ask, log, lease, ...decisions.map(decision)];
}

/** An unparseable snapshot counts as absent: AWS is the truth, and the next read replaces it (P1). */
const depSchema = z.object({
  snapshot: jsonText(deploymentSchema).or(z.undefined()).catch(undefined),
  readAt: countSchema.exactOptional(),
  fails: countSchema.default(0),
  staleSince: countSchema.exactOptional(),
  staleWhy: z.string().exactOptional(),
  born: countSchema.exactOptional(),
  emptied: flagSchema.exactOptional(),
  young: flagSchema.exactOptional(),
});

const viewReply = z
  .tuple([
    countSchema,
    // Without `born` a record that is young after a loss would look like an old one.
    hashOf(depSchema, (field) => field !== "born"),
    hashOf(boardSchema, () => true),
    flatSchema,
    z.array(storedLogEntrySchema),
    countSchema,
    z.string(),
    z.array(maybeDecisionReplySchema),
  ])
  .transform(([now, { snapshot, ...dep }, board, ask, log, logLength, lease, decisions]): View => {
    const found = decisions.filter((decision) => decision !== undefined);
    return {
      now,
      ...dep,
      snapshot,
      board,
      ...parseVotes(ask, log),
      log,
      logLength,
      ...(lease === "" ? {} : { lease }),
      decisions: new Map(found.map((decision) => [decision.id, decision])),
    };
  });

const saveReply = z.tuple([z.enum(["saved", "old", "newer", "emptied"]), viewReply]);
