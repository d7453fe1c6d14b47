/** A statutory holiday of the People's Republic: first and last day off, and the weekend days that are worked for it. */
export interface Holiday {
  name: string
  from: string
  until: string
  worked?: string[]
}

/**
 * As the General Office of the State Council announces them each November for the year after
 * (国务院办公厅关于…年部分节假日安排的通知).
 */
export const statutoryHolidays: Record<number, readonly Holiday[]> = {
  // 国办发明电〔2023〕7号
  2024: [
    { name: '元旦', from: '2024-01-01', until: '2024-01-01' },
    { name: '春节', from: '2024-02-10', until: '2024-02-17', worked: ['2024-02-04', '2024-02-18'] },
    { name: '清明节', from: '2024-04-04', until: '2024-04-06', worked: ['2024-04-07'] },
    { name: '劳动节', from: '2024-05-01', until: '2024-05-05', worked: ['2024-04-28', '2024-05-11'] },
    { name: '端午节', from: '2024-06-10', until: '2024-06-10' },
    { name: '中秋节', from: '2024-09-15', until: '2024-09-17', worked: ['2024-09-14'] },
    { name: '国庆节', from: '2024-10-01', until: '2024-10-07', worked: ['2024-09-29', '2024-10-12'] },
  ],
  // 国办发明电〔2024〕12号
  2025: [
    { name: '元旦', from: '2025-01-01', until: '2025-01-01' },
    { name: '春节', from: '2025-01-28', until: '2025-02-04', worked: ['2025-01-26', '2025-02-08'] },
    { name: '清明节', from: '2025-04-04', until: '2025-04-06' },
    { name: '劳动节', from: '2025-05-01', until: '2025-05-05', worked: ['2025-04-27'] },
    { name: '端午节', from: '2025-05-31', until: '2025-06-02' },
    { name: '国庆节、中秋节', from: '2025-10-01', until: '2025-10-08', worked: ['2025-09-28', '2025-10-11'] },
  ],
  // 国办发明电〔2025〕7号
  2026: [
    { name: '元旦', from: '2026-01-01', until: '2026-01-03', worked: ['2026-01-04'] },
    { name: '春节', from: '2026-02-15', until: '2026-02-23', worked: ['2026-02-14', '2026-02-28'] },
    { name: '清明节', from: '2026-04-04', until: '2026-04-06' },
    { name: '劳动节', from: '2026-05-01', until: '2026-05-05', worked: ['2026-05-09'] },
    { name: '端午节', from: '2026-06-19', until: '2026-06-21' },
    { name: '中秋节', from: '2026-09-25', until: '2026-09-27' },
    { name: '国庆节', from: '2026-10-01', until: '2026-10-07', worked: ['2026-09-20', '2026-10-10'] },
  ],
}
