/** 12 hex digits as people read them: `48:8e:ef:71:66:e0`. */
export const macText = (digits: string): string => digits.replace(/(..)(?=.)/g, '$1:')
