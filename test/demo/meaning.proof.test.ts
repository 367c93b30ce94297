/** Commands that could mean two things, and what nobody has to answer, on the demo's page in a real browser. */

import { expect, it } from "vitest";
import { buttonIn, buttonOf, cardOf, command, inBrowser, patienceMs, run, writesAbout } from "./browser.ts";

inBrowser("what people mean", (stage) => {
  it("shows a deployment that waits at the first look", { timeout: patienceMs }, async () => {
    const { page } = await stage().open("U0MARA", "light");
    expect(await buttonOf(page, "checkout-api", "Continue").count()).toBe(1);
    expect(await buttonOf(page, "checkout-api", "Roll back").count()).toBe(1);
    await page.context().close();
  });

  it("rolls back in the account that was named, and in no other", { timeout: patienceMs }, async () => {
    const { page, errors } = await stage().open("U0MARA", "light");
    await run(page, "Commands and names", "The same name in prod and in staging");
    await buttonOf(page, "billing-api in prod", "Continue").waitFor();
    await buttonOf(page, "billing-api in staging", "Continue").waitFor();
    await command(page, "/deploy rollback billing-api because it is slow");
    const choice = page.locator("article.private", { hasText: "Which one do you mean?" });
    await buttonIn(choice, "Roll back").first().waitFor();
    expect(await buttonIn(choice, "Roll back").count()).toBe(2);
    expect(await writesAbout(page, "billing-api").count()).toBe(0);

    await command(page, "/deploy rollback billing-api in staging because it is slow");
    await cardOf(page, "billing-api in staging").getByText("Rolled back").first().waitFor();
    expect(await writesAbout(page, "billing-api · ROLLBACK").count()).toBe(1);
    expect(await buttonOf(page, "billing-api in prod", "Continue").count()).toBe(1);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("asks which of two clusters is meant, and sends nothing", { timeout: patienceMs }, async () => {
    const { page, errors } = await stage().open("U0JUN", "dark");
    await run(page, "Commands and names", "The same name in two clusters");
    for (const name of ["shop/api", "office/api"]) await buttonOf(page, name, "Continue").waitFor();
    const before = await page.locator("#hp-aws .write").count();
    await command(page, "/deploy rollback api because it is slow");
    const choice = page.locator("article.private", { hasText: "Which one do you mean?" }).last();
    await buttonIn(choice, "Roll back").first().waitFor();
    const asked = await choice.innerText();
    expect(asked).toContain("shop/api");
    expect(asked).toContain("office/api");
    expect(await page.locator("#hp-aws .write").count()).toBe(before);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("shows what a command would send, and sends nothing", { timeout: patienceMs }, async () => {
    const { page, errors } = await stage().open("U0MARA", "light");
    await run(page, "Commands and names", "What a command would do");
    await buttonOf(page, "reports-api", "Continue").waitFor();
    await command(page, "/deploy continue reports-api --dry-run");
    await page.locator("article.private", { hasText: "ECS ContinueServiceDeployment" }).waitFor();
    expect(await writesAbout(page, "reports-api").count()).toBe(0);
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("never calls a failure over that nothing rolled back", { timeout: patienceMs }, async () => {
    const { page, errors } = await stage().open("U0THEO", "dark");
    await run(page, "Amazon ECS", "A deployment fails, and nothing rolls it back");
    const broadcast = page
      .locator("article.message", { hasText: "ledger-api" })
      .filter({ hasText: "Replied to a card" });
    await broadcast.getByText("What serves now is not known").first().waitFor();
    const told = await broadcast.allInnerTexts();
    expect(told.join()).toContain("Notifies Mara Lind and Jun Park");
    expect(told.join()).not.toContain("is over");
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("says which holds are ahead before it asks", { timeout: patienceMs }, async () => {
    const { page, errors } = await stage().open("U0JUN", "light");
    await run(page, "Amazon ECS", "A deployment with two holds ahead");
    await cardOf(page, "quotes-api").getByText("0 of 2 holds passed").first().waitFor();
    expect(await buttonOf(page, "quotes-api", "Continue").count()).toBe(0);
    await buttonOf(page, "quotes-api", "Continue").waitFor();
    expect(errors).toEqual([]);
    await page.context().close();
  });

  it("notifies nobody of a deployment that needs nobody", { timeout: patienceMs }, async () => {
    const { page } = await stage().open("U0JUN", "light");
    await run(page, "Who is notified", "A deployment that needs nobody");
    const card = cardOf(page, "thumbnails");
    await card.getByText("Done").first().waitFor();
    expect(await card.locator(".notified").count()).toBeGreaterThan(1);
    expect(await card.locator(".rings").count()).toBe(0);
    await page.context().close();
  });

  it("notifies once who has to answer, with a sentence for a lock screen", {
    timeout: patienceMs,
  }, async () => {
    const { page } = await stage().open("U0THEO", "dark");
    await run(page, "Who is notified", "A deployment that waits for people on call");
    await buttonOf(page, "alerts-api", "Continue").waitFor();
    const rings = page.locator(".rings", { hasText: "alerts-api" });
    await rings.first().waitFor();
    expect(await rings.allTextContents()).toEqual([
      expect.stringMatching(
        /^🔔 A reply notifies Mara Lind and Jun Park: alerts-api in prod waits .*until .*2\.18\.0 → 2\.19\.0/,
      ),
    ]);
    await page.context().close();
  });

  it("tells the channel what everybody may answer", { timeout: patienceMs }, async () => {
    const { page } = await stage().open("U0THEO", "light");
    await run(page, "Who is notified", "A deployment that everybody may answer");
    await buttonOf(page, "wiki", "Continue").waitFor();
    const told = page.locator(".notified", { hasText: "wiki in prod waits" });
    await told.first().waitFor({ state: "attached" });
    expect(await told.first().textContent()).toMatch(/^🔕 Mentions nobody.*wiki in prod waits/);
    await page.context().close();
  });
});
