const peoples =
  '满 蒙古 回 朝鲜 达斡尔 鄂温克 鄂伦春 锡伯 土家 苗 侗 瑶 畲 壮 仫佬 毛南 京 黎 藏 羌 彝 白 傣 纳西 哈尼 拉祜 佤 布朗 景颇 傈僳 独龙 怒 普米 布依 水 仡佬 维吾尔 哈萨克 柯尔克孜 塔吉克 东乡 保安 撒拉 裕固 土 各'
    .split(' ')
    .join('|')
const ethnic = new RegExp(`(?:(?:${peoples})族?)+自治[县州旗]$`)
const suffix = /(?:特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|地区|新区|[省市县区旗盟])$/

/** A division's everyday name, for tight places: 石家庄市 → 石家庄, 丰宁满族自治县 → 丰宁; 赵县 and 矿区 stay. */
export function shortName(name: string): string {
  if (name.endsWith('矿区')) return name
  for (const ending of [ethnic, suffix]) {
    const short = name.replace(ending, '')
    if (short !== name && short.length >= 2) return short
  }
  return name
}
