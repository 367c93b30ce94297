// Generates the parts of README.md that follow from the systems: supported actions, IAM policies and EventBridge
// rules. Run it with: npx tsx scripts/tables.mjs (--check: changes nothing, fails if README.md is stale)

import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createClients } from "../src/aws/client/clients.ts";
import { permissions as announcements } from "../src/aws/eventbridge.ts";
import { allSystems } from "../src/aws/index.ts";

const file = fileURLToPath(new URL("../README.md", import.meta.url));
const silent = { count() {}, observe() {}, log() {} };
const systems = allSystems(createClients([]), silent);
const usual = systems.filter(({ optIn }) => optIn !== true);
const optional = systems.filter(({ optIn }) => optIn === true);

/** One row per action and system. */
function systemTable() {
  const rows = systems.flatMap(({ title, optIn, offers }) =>
    offers.map(({ action, when }, index) => {
      const name = index > 0 ? "" : `**${title}**${optIn === true ? " (off unless a route names it)" : ""}`;
      return `| ${name} | \`${action}\` | ${when} |`;
    }),
  );
  return ["| system | action | available |", "| --- | --- | --- |", ...rows].join("\n");
}

/** Merges statements: resources with the same actions share one. */
function statementsOf(sid, permissions) {
  const byResource = new Map();
  for (const { actions, resource } of permissions) {
    byResource.set(resource, new Set([...(byResource.get(resource) ?? []), ...actions]));
  }
  const byActions = new Map();
  for (const [resource, actions] of byResource) {
    const key = [...actions].sort().join(" ");
    byActions.set(key, [...(byActions.get(key) ?? []), resource]);
  }
  return [...byActions].map(([actions, resources], index) => ({
    Sid: `${sid}${index + 1}`,
    Effect: "Allow",
    Action: actions.split(" "),
    Resource: resources.length === 1 ? resources[0] : resources,
  }));
}

function policy(summary, statements) {
  const json = JSON.stringify({ Version: "2012-10-17", Statement: statements }, null, 2);
  return `<details>\n<summary>${summary}</summary>\n\n\`\`\`json\n${json}\n\`\`\`\n\n</details>`;
}

function permissionTables() {
  const statements = (some) => some.flatMap(({ title, permissions }) => statementsOf(title, permissions));
  return [
    policy(`IAM policy of the role: ${titles(usual)}`, statements(usual)),
    ...optional.map((system) =>
      policy(`In addition, only where ${system.title} is used`, statements([system])),
    ),
    policy("In addition, only where `announce` names a bus", statementsOf("Announcements", announcements)),
  ].join("\n\n");
}

/** One rule per source: a single rule would match every detail type from every source. */
function ruleOf({ source, detailTypes }) {
  const pattern = JSON.stringify({ source: [source], "detail-type": detailTypes });
  if (pattern.includes("'")) throw new Error(`the pattern of ${source} can't stand in single quotes`);
  return `aws events put-rule --name ${ruleName(source)} --event-pattern \\\n  '${pattern}'`;
}

function ruleName(source) {
  return `holdpoint-${source.split(".").at(-1)}`;
}

function eventTables() {
  const commands = (some) => some.flatMap(({ listensTo }) => listensTo.map(ruleOf)).join("\n");
  const shell = (text) => `\`\`\`\n${text}\n\`\`\``;
  return [
    shell(commands(usual)),
    ...optional.map(
      (system) =>
        `Only where ${system.title} is used, and then its rule needs the target below as well:\n\n${shell(commands([system]))}`,
    ),
  ].join("\n\n");
}

function titles(some) {
  const names = some.map(({ title }) => title);
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function targetLoop(target) {
  const rules = usual.flatMap(({ listensTo }) => listensTo.map(({ source }) => ruleName(source)));
  return `\`\`\`\nfor rule in ${rules.join(" ")}; do\n  aws events put-targets --rule $rule --targets \\\n    '${target}'\ndone\n\`\`\``;
}

const parts = {
  systems: systemTable(),
  permissions: permissionTables(),
  rules: eventTables(),
  "queue-targets": targetLoop("Id=holdpoint,Arn=arn:aws:sqs:eu-west-1:111122223333:holdpoint"),
  "destination-targets": targetLoop(
    "Id=holdpoint,Arn=<ARN of the API destination>,RoleArn=<a role that allows events:InvokeApiDestination on it>",
  ),
};

const written = readFileSync(file, "utf8");
let fresh = written;
for (const [name, text] of Object.entries(parts)) {
  const [begin, end] = [`<!-- generated: ${name} -->\n`, `\n<!-- end: ${name} -->`];
  const [from, to] = [fresh.indexOf(begin), fresh.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`README.md has no place for ${name}`);
  fresh = `${fresh.slice(0, from + begin.length)}\n${text}\n${fresh.slice(to)}`;
}
if (!process.argv.includes("--check")) writeFileSync(file, fresh);
else if (fresh !== written) {
  console.error("README.md is stale: run npx tsx scripts/tables.mjs");
  process.exitCode = 1;
}
