import type { Form } from '@zongheng/inventory/form.ts'
import type { CatalogueOffered } from '@zongheng/server/api.ts'

/** What is known of whoever asks need not be typed. */
export function filledIn(form: Form, requester: CatalogueOffered['requester']): Record<string, unknown> {
  const known = {
    name: requester.name,
    // A number that is masked is none.
    phone: /^[\d+()（） -]+$/.test(requester.phone ?? '') ? requester.phone : null,
    email: requester.email,
    site: requester.site?.id ?? null,
  }
  return Object.fromEntries(
    form.flatMap(({ key, type, defaultFrom }): [string, unknown][] => {
      if (type === 'rows') return [[key, [{}]]]
      const value = defaultFrom && known[defaultFrom]
      return value ? [[key, value]] : []
    }),
  )
}
