/** What a browser calls itself, in words a person knows. Order matters: many claim to be Chrome and Safari too. */
const browsers: [RegExp, string][] = [
  [/Edg(?:e|A|iOS)?\/(\d+)/, 'Edge'],
  [/OPR\/(\d+)/, 'Opera'],
  [/(?:QQBrowser|MQQBrowser)\/(\d+)/, 'QQ'],
  [/MicroMessenger\/(\d+)/, 'WeChat'],
  [/(?:Firefox|FxiOS)\/(\d+)/, 'Firefox'],
  [/(?:HeadlessChrome|Chrome|CriOS|Chromium)\/(\d+)/, 'Chrome'],
  [/Version\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\//, 'Safari'],
  [/^curl\/(\d+)/, 'curl'],
]
const systems: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Windows NT 10\.0/, 'Windows 10/11'],
  [/Windows NT 6\.1/, 'Windows 7'],
  [/Windows/, 'Windows'],
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Mac OS X/, 'macOS'],
  [/UOS|Uniontech/i, 'UOS'],
  [/Kylin/i, 'Kylin'],
  [/Linux/, 'Linux'],
]

/** `Firefox 128 · Windows 10/11`; what is not known is shown as it came, null when nothing did. */
export function deviceOf(userAgent: string): string | null {
  const known = browsers.map(([shape, name]) => [name, shape.exec(userAgent)?.[1]] as const)
  const [name, version] = known.find(([, found]) => found) ?? []
  const system = systems.find(([shape]) => shape.test(userAgent))?.[1]
  const words = [name && `${name} ${version}`, system].filter(Boolean)
  return words.length > 0 ? words.join(' · ') : userAgent.trim() || null
}
