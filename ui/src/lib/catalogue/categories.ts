import type { CatalogueItem } from '@zongheng/server/api.ts'
import { icons, type IconName } from '../components/icons.ts'

export const categories = [
  'equipment',
  'repair',
  'software',
  'access',
  'network',
  'communication',
  'data',
  'other',
] as const satisfies CatalogueItem['category'][]

/** What an item is drawn with; one that is not known is drawn as the desk. */
export const iconOf = ({ icon }: Pick<CatalogueItem, 'icon'>): IconName =>
  icon in icons ? (icon as IconName) : 'desk'

/** What an item may be drawn with. */
export const itemIcons = [
  'devices',
  'print',
  'pulse',
  'desk',
  'key',
  'links',
  'people',
  'phone',
  'refresh',
  'services',
  'rooms',
  'site',
  'book',
  'shield',
  'lock',
  'collectors',
] as const satisfies IconName[]
