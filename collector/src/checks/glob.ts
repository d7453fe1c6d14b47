/** Whether a name matches a pattern of `*` (any characters) and `?` (one). O(name × pattern) at worst, whatever the pattern. */
export function matchesGlob(name: string, pattern: string): boolean {
  let [at, place] = [0, 0]
  let [star, resume] = [-1, 0]
  while (at < name.length) {
    if (pattern[place] === '*') {
      star = place++
      resume = at
    } else if (place < pattern.length && (pattern[place] === '?' || pattern[place] === name[at])) {
      at++
      place++
    } else if (star >= 0) {
      place = star + 1
      at = ++resume
    } else return false
  }
  while (pattern[place] === '*') place++
  return place === pattern.length
}
