/** Links to AWS's console, and the brackets that Slack and documents put around what is pasted. */
import { describe, expect, it } from "vitest";
import { drawChoice, drawUsage } from "../../src/bot/card/private/command.ts";
import { isCodeDeployId } from "../../src/bot/command/arn.ts";
import { parseCommand } from "../../src/bot/command/parse-command.ts";
import { knownOf, type World } from "../../src/bot/command/resolve-target.ts";
import { understand } from "../../src/bot/command/understand.ts";
import { mayMeanAnother } from "../../src/bot/command/unlisted-places.ts";
import { wordsOf } from "./card/reading.ts";
import { entry, worldOf } from "./worlds.ts";

const prod = "111122223333";
const staging = "444455556666";
const deploymentArn = `arn:aws:ecs:eu-west-1:${prod}:service-deployment/main/pay/abcDEF123`;
const withId = (of: ReturnType<typeof entry>, id: string) => ({ ...of, ref: { ...of.ref, id } });
const pay = withId(entry({ target: "pay", qualifiedTarget: "main/pay" }), deploymentArn);
const cart = entry({ target: "cart", qualifiedTarget: "main/cart" });
const cartInStaging = entry({ target: "cart", qualifiedTarget: "main/cart", accountName: "staging" });
const shop = withId(
  entry({ system: "codedeploy", target: "shop", qualifiedTarget: "shop/blue" }),
  "d-ZO5WRXEZ1",
);
const till = withId(
  entry({ system: "codedeploy", target: "my till", qualifiedTarget: "my till/a b" }),
  "d-TILL00001",
);
const flags = withId(
  entry({
    system: "appconfig",
    target: "flags/live",
    qualifiedTarget: "flags/live",
    which: "id abc1234/def5678",
  }),
  "abc1234/def5678/12",
);
const world: World = { ...worldOf(), entries: [pay, cart, cartInStaging, shop, till, flags] };

function read(text: string, of: World = world) {
  const command = parseCommand(text, knownOf(of));
  if (command.kind !== "ask" && command.kind !== "show" && command.kind !== "withdraw")
    throw new Error(command.kind);
  return understand(command, of);
}

const host = "https://eu-west-1.console.aws.amazon.com";
const ecs = `${host}/ecs/v2/clusters/main/services`;
const codedeploy = `${host}/codesuite/codedeploy`;
const appconfig = `${host}/systems-manager/appconfig/applications`;
const region = "?region=eu-west-1";

const pages: readonly (readonly [url: string, id: string])[] = [
  [`${ecs}/pay`, deploymentArn],
  [`${ecs}/pay/deployments${region}`, deploymentArn],
  [`${ecs}/pay/health${region}&tab=events`, deploymentArn],
  [`${ecs}/pay/deployments/abcDEF123${region}`, deploymentArn],
  [`${ecs}/pay/service-deployments/abcDEF123${region}`, deploymentArn],
  [`https://console.aws.amazon.com/ecs/home${region}#/clusters/main/services/pay/details`, deploymentArn],
  [
    `https://${prod}-ab12cd34.eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/cart`,
    cart.ref.id,
  ],
  [
    `https://${staging}-ab12cd34.eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/cart${region}`,
    cartInStaging.ref.id,
  ],
  [`${codedeploy}/deployments/d-ZO5WRXEZ1${region}`, "d-ZO5WRXEZ1"],
  [`https://console.aws.amazon.com/codedeploy/home${region}#/deployments/d-ZO5WRXEZ1`, "d-ZO5WRXEZ1"],
  [`${codedeploy}/applications/shop/deployment-groups/blue${region}`, "d-ZO5WRXEZ1"],
  [`${codedeploy}/applications/shop${region}`, "d-ZO5WRXEZ1"],
  [`${codedeploy}/applications/my%20till/deployment-groups/a%20b${region}`, "d-TILL00001"],
  [`${appconfig}/abc1234/environments/def5678/deployments/12${region}`, "abc1234/def5678/12"],
  [`${appconfig}/abc1234/environments/def5678/${region}`, "abc1234/def5678/12"],
  [`${appconfig}/abc1234${region}`, "abc1234/def5678/12"],
];

/** How Slack sends a link, and how people paste one. */
const sent = (url: string): readonly string[] => {
  const escaped = url.replaceAll("&", "&amp;");
  const bare = url.replace("https://", "");
  return [
    ...[
      url,
      bare,
      `<${escaped}>`,
      `<${escaped}|${escaped}>`,
      `<${escaped}|${url.slice(0, 40)}…>`,
      `\`${url}\``,
    ],
    ...[
      `<http://${bare.replaceAll("&", "&amp;")}|${bare}>`,
      `<${escaped}|Open in AWS>`,
      `"${url}"`,
      `&lt;${url}&gt;`,
    ],
  ];
};

describe("a page of the console is the target that it shows", () => {
  it.each(pages)("%s", (url, id) => {
    const meant = { kind: "understood", isClear: true, meant: [{ entry: { ref: { id } } }] };
    for (const link of sent(url))
      for (const verb of ["rollback", "show", "withdraw"])
        expect([link, read(`${verb} ${link}`)]).toMatchObject([link, meant]);
    expect(
      read(`rollback <${url}> in ${id === cartInStaging.ref.id ? "staging" : "prod"} because slow`),
    ).toMatchObject({
      ...meant,
      meant: [{ entry: { ref: { id } }, reason: "slow" }],
    });
    expect(read(`rollback the ${url}`)).toMatchObject({
      isClear: false,
      meant: [{ entry: { ref: { id } } }],
    });
    expect(read(`rollback not ${url}`)).toMatchObject({ problem: { kind: "negated" } });
    expect(read(`rollback ${url} and main/cart in prod`)).toMatchObject({ kind: "problem" });
  });

  it("asks which one where it may be that of several", () => {
    const understood = read(`rollback ${ecs}/cart${region}`);
    expect(understood).toMatchObject({ isClear: false });
    expect(understood.kind === "understood" && understood.meant).toHaveLength(2);
    expect(read(`rollback ${ecs}/cart${region} in staging`)).toMatchObject({ isClear: true });
  });

  it("keeps the name that its text is, where that is another one", () => {
    expect(read(`rollback <${ecs}/pay|cart>`)).toMatchObject({ problem: { kind: "several-names" } });
    for (const own of ["pay", "main/pay", "PAY"])
      expect(read(`rollback <${ecs}/pay|${own}>`)).toMatchObject({ isClear: true });
    expect(read(`rollback <${codedeploy}/deployments/d-ZO5WRXEZ1|d-ZO5WRXEZ1>`)).toMatchObject({
      isClear: true,
    });
  });

  it("is the text of the link where the page shows no target", () => {
    for (const url of [host, `${host}/ecs/v2/clusters`, "https://example.com/services/cart", "mailto:a@b.c"])
      expect(read(`rollback <${url}|pay>`)).toMatchObject({
        isClear: true,
        meant: [{ entry: { target: "pay" } }],
      });
  });
});

describe("an ARN in brackets", () => {
  it.each([
    `arn:aws:ecs:eu-west-1:${prod}:service/main/pay`,
    deploymentArn,
    `arn:aws:codedeploy:eu-west-1:${prod}:deploymentgroup:shop/blue`,
    `arn:aws:appconfig:eu-west-1:${prod}:application/abc1234/environment/def5678`,
    `arn:aws:appconfig:eu-west-1:${prod}:application/abc1234/environment/def5678/deployment/12`,
  ])("is the target: %s", (arn) => {
    for (const text of [
      `<${arn}>`,
      `<${arn}|${arn}>`,
      `<${arn}|the service>`,
      `&lt;${arn}&gt;`,
      `\`<${arn}>\``,
    ])
      expect([text, read(`rollback ${text} because slow`)]).toMatchObject([
        text,
        { isClear: true, meant: [{ reason: "slow" }] },
      ]);
  });

  it("is kept where nothing of it is known", () => {
    for (const arn of ["arn:aws:s3:::bucket", `arn:aws:ecs:eu-west-1:${prod}:cluster/main`])
      for (const text of [`<${arn}>`, `<${arn}|cart>`])
        expect(read(`rollback ${text}`)).toMatchObject({ problem: { kind: "unknown-target", target: arn } });
  });

  it("and a name is that name", () => {
    for (const text of ["<pay>", "&lt;main/pay&gt;"])
      expect(read(`rollback ${text}`)).toMatchObject({ isClear: true });
  });
});

describe("what is not known is asked back or refused, with its address", () => {
  it.each([
    [`${ecs}/pai${region}`, ["pay"]],
    [`${ecs}/pay/deployments/another123${region}`, ["pay"]],
    [`${ecs.replaceAll("eu-west-1", "us-east-1")}/pay`, ["pay"]],
    [
      `https://${staging}-ab12cd34.eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main/services/pay`,
      ["pay"],
    ],
    [`${codedeploy}/applications/shp/deployment-groups/blue`, ["shop"]],
    [`${codedeploy}/deployments/d-ZO5WRXEZ2${region}`, ["shop"]],
    [`${codedeploy}/deployments/d-ZO5WRXEZ1?region=us-east-1`, ["shop"]],
    [`${codedeploy}/deployments/d-4V6K2PQ0M${region}`, ["shop", "my till"]],
    [`${appconfig}/abc1234/environments/def5679/deployments/12${region}`, ["flags/live"]],
    [`${appconfig}/abc1235${region}`, ["flags/live"]],
  ])("offers what is nearest to %s", (url, targets) => {
    for (const link of [url, `<${url}|Open in AWS>`]) {
      const understood = read(`rollback ${link}`);
      expect(understood).toMatchObject({ kind: "understood", isClear: false, words: { name: url } });
      expect(understood.kind === "understood" && understood.meant.map((it) => it.entry.target)).toEqual(
        targets,
      );
    }
    expect(wordsOf(drawChoice("rollback", [], { slash: "/deploy", unknown: url }))).toContain(url);
  });

  it.each([`${ecs}/zzz`, `${host}/ecs/v2/clusters`, `${ecs}/pay%ZZ/x`, host])("refuses %s", (url) => {
    const problem = { kind: "unknown-target", target: url, meant: [], isId: true } as const;
    expect(read(`rollback ${url}`, { ...world, entries: [cart] })).toEqual({ kind: "problem", problem });
    expect(wordsOf(drawUsage(problem, "/deploy"))).toContain(url);
  });
});

describe("while not everything is listed", () => {
  const place = (account: string, in_: string) =>
    ({ system: "ecs", account, accountName: account === prod ? "prod" : "staging", region: in_ }) as const;
  const mayBe = (name: string, there: ReturnType<typeof place>) => mayMeanAnother({ name }, pay, there);

  it("a page rules out every other region, and with its account all else", () => {
    expect(mayBe(`${ecs}/pay`, place(staging, "eu-west-1"))).toBe(true);
    expect(mayBe(`${ecs}/pay`, place(staging, "us-east-1"))).toBe(false);
    expect(
      mayBe(
        `https://${prod}-ab12cd34.console.aws.amazon.com/ecs/v2/clusters/main/services/pay`,
        place(staging, "eu-west-1"),
      ),
    ).toBe(false);
    expect(mayBe(`${ecs}/pay/deployments/abcDEF123`, place(staging, "eu-west-1"))).toBe(false);
  });
});

describe("an id of CodeDeploy", () => {
  it.each(["d-ZO5", "d-ZO5WRX", "d-zo5wrxez", "d-ZO5WRXEZ1X"])("is offered what it begins: %s", (id) => {
    for (const verb of ["rollback", "show"])
      expect(read(`${verb} ${id}`)).toMatchObject({ isClear: false, meant: [{ entry: { target: "shop" } }] });
  });

  it("may have no digit", () => {
    expect(isCodeDeployId("d-ABCDEFGHI")).toBe(true);
    expect(isCodeDeployId("d-backend")).toBe(false);
    expect(read("rollback d-ABCDEFGHI")).toMatchObject({ isClear: false, meant: [{}, {}] });
  });
});
