/** The two waits of a blue/green deployment, with CodeDeploy's own names. They are also the ids of their holds. */

export const readyWait = "READY_WAIT";
export const terminationWait = "TERMINATION_WAIT";
