import type { Mention } from "../../handlers/decision.ts";
import { eachOnce, type MissingVote, type Notified, votersLeft } from "../../handlers/notify.ts";
import type { Policy } from "../../handlers/policy.ts";
import type { Directory } from "../../handlers/ports.ts";
import type { Picture } from "../card/parts/picture.ts";
import { missingVoteAt } from "../card/thread/call.ts";
import type { NumberedEntry } from "../card/thread/thread.ts";

/** Longer lists are not written out: the group is mentioned, including those who voted. */
const namesAtMost = 10;

/** The people who can still vote after each entry that lacks votes, by entry number. */
export async function findVotersLeft(
  picture: Picture,
  entries: readonly NumberedEntry[],
  directory: Pick<Directory, "groupMembers">,
): Promise<ReadonlyMap<number, Notified>> {
  const found = entries.map(async ({ seq, entry }) => {
    const vote = missingVoteAt(picture, entry);
    return vote === undefined ? [] : [[seq, await leftAfter(picture.route.policy, vote, directory)] as const];
  });
  return new Map((await Promise.all(found)).flat());
}

/**
 * The people who can still vote. A group in which somebody voted is replaced by its other members, so that voters
 * aren't notified.
 */
async function leftAfter(
  policy: Policy,
  vote: MissingVote,
  directory: Pick<Directory, "groupMembers">,
): Promise<Notified> {
  const left = votersLeft(policy, vote);
  if (left.kind === "channel") return left;
  const people = await Promise.all(left.people.map((approver) => writtenOut(approver, vote, directory)));
  return { kind: "people", people: eachOnce(people.flat()) };
}

async function writtenOut(
  approver: Mention,
  { voted }: MissingVote,
  directory: Pick<Directory, "groupMembers">,
): Promise<readonly Mention[]> {
  if (approver.kind !== "usergroup") return [approver];
  const members = await directory.groupMembers(approver.id);
  if (members.kind === "failed" || !voted.some((user) => members.users.has(user))) return [approver];
  const left = [...members.users].filter((user) => !voted.includes(user));
  return left.length > namesAtMost ? [approver] : left.map((id) => ({ kind: "user", id }));
}
