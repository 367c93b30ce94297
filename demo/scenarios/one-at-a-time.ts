/** AWS runs one deployment at a time in one place, and so do the fakes. */

/** Starts a deployment, and replaces AWS's error for a second one with a message for the page's user. */
export function oneAtATime<Started>(start: () => Started): Started {
  try {
    return start();
  } catch (error) {
    throw new Error("The last one of these still goes on. Answer its card, or wait until it has ended.", {
      cause: error,
    });
  }
}
