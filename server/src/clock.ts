/** Now, in UTC epoch ms. Handed in, so that a test can set it. */
export type Clock = () => number
