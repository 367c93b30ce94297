import { explore, type Report } from "./explore.ts";
import type { Budget } from "./modelled-aws.ts";
import type { Scenario, Wish } from "./world.ts";

const calm: Budget = {
  ...{ crash: 0, lostReply: 0, lag: 0, answerLost: 0, arrivesLate: 0, denied: 0 },
  ...{ leaseEndsUnderHolder: 0, looks: 0, renewed: 0, outside: 0, flush: 0, quiet: 1 },
};

const hook = "ecs-pause-1";
const second = "ecs-pause-2";

function wish(user: string, replica: string, action: Wish["action"], holdId?: string): Wish {
  return { user, replica, action, ...(holdId === undefined ? {} : { holdId }) };
}

function scenario(name: string, wishes: readonly Wish[], more: Partial<Scenario> = {}): Scenario {
  return { name, wishes, holdIds: [hook], approvals: {}, budget: calm, fenced: true, ...more };
}

const opposite = [wish("UA", "r1", "continue", hook), wish("UB", "r2", "rollback", hook)];

/** People who want different things of one deployment. */
export const people = {
  opposite: scenario("continue against rollback, one hold", opposite),
  same: scenario("the same answer twice", [
    wish("UA", "r1", "continue", hook),
    wish("UB", "r2", "continue", hook),
  ]),
  twoRollbacks: scenario("rollback at the hold and of the deployment", [
    wish("UA", "r1", "rollback", hook),
    wish("UB", "r2", "rollback"),
  ]),
  emergency: scenario("continue against rollback of the deployment", [
    wish("UA", "r1", "continue", hook),
    wish("UB", "r2", "rollback"),
  ]),
  parallel: scenario(
    "two parallel holds, continue one, roll back the other",
    [wish("UA", "r1", "continue", hook), wish("UB", "r2", "rollback", second)],
    { holdIds: [hook, second] },
  ),
  votes: scenario(
    "two votes needed to continue, one to roll back",
    [...opposite, wish("UC", "r2", "continue", hook)],
    {
      approvals: { continue: 2 },
    },
  ),
  rollbackVotes: scenario(
    "one to continue, two votes needed to roll back",
    [...opposite, wish("UC", "r2", "rollback", hook)],
    { approvals: { rollback: 2 } },
  ),
} as const;

/** Looks find what is forgotten, and people ask again. */
export const emptied: Partial<Budget> = { looks: 1, flush: 1, renewed: 1 };

export function withBudget(
  wanted: Scenario,
  budget: Partial<Budget>,
  more: Partial<Scenario> = {},
): Scenario {
  return { ...wanted, ...more, budget: { ...calm, ...budget } };
}

/** Explores every schedule, and prints how many there were. */
export async function explored(wanted: Scenario): Promise<Report> {
  const report = await explore(wanted);
  console.log(`${wanted.name}: ${report.states} states, ${report.schedules} schedules`);
  return report;
}
