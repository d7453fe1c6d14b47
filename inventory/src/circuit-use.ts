/** A backup that carried nothing for so long is a hope, not a backup. Our default; no public source sets one. */
export const backupUnusedDays = 90
