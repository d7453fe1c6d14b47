import { describe, expect, it } from 'vitest'
import { shortName } from './short-name.ts'

describe('a division is called by its everyday name', () => {
  it.each([
    ['石家庄市', '石家庄'],
    ['正定县', '正定'],
    ['赵县', '赵县'],
    ['大厂回族自治县', '大厂'],
    ['丰宁满族自治县', '丰宁'],
    ['围场满族蒙古族自治县', '围场'],
    ['延边朝鲜族自治州', '延边'],
    ['黔西南布依族苗族自治州', '黔西南'],
    ['伊犁哈萨克自治州', '伊犁'],
    ['井陉矿区', '井陉矿区'],
    ['河北省', '河北'],
    ['内蒙古自治区', '内蒙古'],
    ['雄安新区', '雄安'],
  ])('%s is %s', (name, short) => expect(shortName(name)).toBe(short))
})
