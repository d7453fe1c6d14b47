const ifEntry = '1.3.6.1.2.1.2.2.1'
const ifXEntry = '1.3.6.1.2.1.31.1.1.1'

/**
 * The poll that every row makes: ifDescr, ifAdminStatus, ifOperStatus, ifInDiscards, ifInErrors, ifOutDiscards, ifOutErrors;
 * ifName, ifHCInOctets, ifHCInUcastPkts, ifHCOutOctets, ifHCOutUcastPkts, ifHighSpeed, ifAlias.
 */
export const polledColumns = [
  ...[2, 7, 8, 13, 14, 19, 20].map((column) => `${ifEntry}.${column}`),
  ...[1, 6, 7, 10, 11, 15, 18].map((column) => `${ifXEntry}.${column}`),
]
export const polledRows = 48
