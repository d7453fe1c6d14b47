/** Where the numbers of a body are put; they may hold anything before. */
export interface Room {
  doubles(count: number): Float64Array
  integers(count: number): Uint32Array
}

/** As long as somebody looks at them. */
export const newRoom: Room = {
  doubles: (count) => new Float64Array(count),
  integers: (count) => new Uint32Array(count),
}
