import { expect, it } from 'vitest'
import { mediaTypeOf, safeName } from './sniff.ts'
import { tinyPng } from './files-testing.ts'

it.each<[string, string, Buffer | string, string]>([
  ['a picture is one', '机房.PNG', tinyPng, 'image/png'],
  ['a picture under another ending is refused', 'a.jpg', tinyPng, 'file-refused'],
  ['a picture without an ending is refused', 'photo', tinyPng, 'file-refused'],
  ['text that claims to be a picture is refused', 'a.png', 'hello', 'file-refused'],
  ['a spreadsheet is a zip', 'a.xlsx', Buffer.from('504b030414000000', 'hex'), 'application/zip'],
  ['a configuration is text', 'SW-1.cfg', 'sysname 石家庄\n', 'text/plain'],
  ['text of GB18030 is text', 'log.txt', Buffer.from('b9cac1f7', 'hex'), 'text/plain'],
  ['bytes that nobody knows are bytes', 'fw.bin', Buffer.from([1, 0, 2]), 'application/octet-stream'],
  ['a page', 'a.html', 'hello', 'file-refused'],
  ['a page under a quiet name', 'a.txt', ' <!-- x --><html>', 'file-refused'],
  ['a page behind a byte order mark', 'a.txt', '\ufeff<!DOCTYPE html>', 'file-refused'],
  ['a drawing that can hold scripts', 'a.svg', '<svg onload=alert(1)>', 'file-refused'],
  ['a program under a quiet name', 'a.txt', 'MZ\x90', 'file-refused'],
  ['a script', 'a.log', '#!/bin/sh\n', 'file-refused'],
  ['an empty file', 'a.txt', '', 'text/plain'],
])('%s', (_what, name, head, expected) => {
  const told = () => {
    try {
      return mediaTypeOf(name, Buffer.from(head))
    } catch (error) {
      return (error as { code: string }).code
    }
  }
  expect(told()).toBe(expected)
})

it.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\fakepath\\机房 照片.jpg', '机房 照片.jpg'],
  ['a\r\nX-Evil: 1.txt', 'aX-Evil 1.txt'],
  ['gpj.\u202eexe.txt', 'gpj.exe.txt'],
  ['...', 'file'],
  ['长'.repeat(300) + '.pdf', '长'.repeat(100) + '.pdf'],
])('names: %j is kept as %j', (name, expected) => expect(safeName(name)).toBe(expected))
