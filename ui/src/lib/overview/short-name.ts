const ethnic = /(?:[\u4e00-\u9fff]{1,3}族)+自治[县州区]$/
const suffix = /(?:特别行政区|自治区|地区|新区|[省市县区旗盟])$/

/** A division's everyday name, for tight places: 石家庄市 → 石家庄, 丰宁满族自治县 → 丰宁, 沙县 stays. */
export function shortName(name: string): string {
  for (const ending of [ethnic, suffix]) {
    const short = name.replace(ending, '')
    if (short !== name && short.length >= 2 && !name.endsWith('矿区')) return short
  }
  return name
}
