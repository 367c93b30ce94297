/** AWS runs one deployment at a time in a place, and so do the fakes. */

/** Starts a deployment. What AWS would answer to a second one is said in words that a stranger understands. */
export function oneAtATime<Started>(start: () => Started): Started {
  try {
    return start();
  } catch (error) {
    throw new Error("The last one of these still goes on. Answer its card, or wait until it has ended.", {
      cause: error,
    });
  }
}
