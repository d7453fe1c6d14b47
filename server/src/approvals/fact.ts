import { fieldTypes } from '@zongheng/inventory/form.ts'
import { Type, type Static } from 'typebox'

/** A line of what is asked for, as it reads. */
export const Fact = Type.Object({
  label: Type.String(),
  type: Type.Enum(fieldTypes),
  text: Type.String(),
  /** Of rows: the cells below each column's name. */
  table: Type.Optional(
    Type.Object({ columns: Type.Array(Type.String()), rows: Type.Array(Type.Array(Type.String())) }),
  ),
})
export type Fact = Static<typeof Fact>
