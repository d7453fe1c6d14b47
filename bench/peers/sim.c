/* sim.c - SNMPv2c agent for every loopback address: one process, one UDP socket on 0.0.0.0:PORT; the reply
 * comes from the address that was asked (IP_PKTINFO). A device has sysDescr, sysObjectID, sysUpTime, sysName,
 * ifNumber and IFS interfaces of 17 columns; counters advance with time, everything else depends on address,
 * column and row alone. sim [-p PORT, default 0: any free one] [-n IFS, default 48] [-m OCTETS] [-s FILE] -m:
 * largest response (a device that avoids IP fragments: 1472, the default). Longer GETBULKs are cut short. -s:
 * a file of u64, little endian, kept up to date: requests, varbinds answered, octets out, getbulk, get,
 * getnext. Says {"port":PORT} on stdout when it listens. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
enum { K_STR, K_OID, K_TICKS, K_INT, K_GAUGE, K_C32, K_C64, K_NEVER };
typedef struct {
  u32 oid[16];
  int n;
  u8 enc[24];
  int el;
  u8 kind;
  u8 tbl;
  u8 col;
  u8 idx;
} Ent;
static Ent E[64 * 24];
static int NE, NIF = 48, MAXMSG = 1472;
static u64 *S, now_ms, dummy[8];

static void add(const u32 *o, int n, int kind, int tbl, int col, int idx) {
  Ent *e = &E[NE++];
  memcpy(e->oid, o, n * 4);
  e->n = n;
  e->kind = kind;
  e->tbl = tbl;
  e->col = col;
  e->idx = idx;
  u8 *p = e->enc + 2;
  *p++ = o[0] * 40 + o[1];
  for (int i = 2; i < n; i++) {
    u32 v = o[i];
    if (v >= 16384)
      *p++ = 0x80 | v >> 14;
    if (v >= 128)
      *p++ = 0x80 | (v >> 7 & 127);
    *p++ = v & 127;
  }
  e->enc[0] = 6;
  e->enc[1] = p - e->enc - 2;
  e->el = p - e->enc;
}
static void build(void) {
  static const int sys[][2] = {{1, K_STR}, {2, K_OID}, {3, K_TICKS}, {5, K_STR}};
  for (int i = 0; i < 4; i++) {
    u32 o[] = {1, 3, 6, 1, 2, 1, 1, sys[i][0], 0};
    add(o, 9, sys[i][1], 0, sys[i][0], 0);
  }
  {
    u32 o[] = {1, 3, 6, 1, 2, 1, 2, 1, 0};
    add(o, 9, K_INT, 0, 99, 0);
  }
  static const int ift[][2] = {{1, K_INT}, {2, K_STR},  {3, K_INT},  {5, K_GAUGE}, {7, K_INT},
                               {8, K_INT}, {13, K_C32}, {14, K_C32}, {19, K_C32},  {20, K_C32}};
  for (int c = 0; c < 10; c++)
    for (int i = 1; i <= NIF; i++) {
      u32 o[] = {1, 3, 6, 1, 2, 1, 2, 2, 1, ift[c][0], i};
      add(o, 11, ift[c][1], 1, ift[c][0], i);
    }
  static const int ifx[][2] = {{1, K_STR},  {6, K_C64},    {7, K_C64}, {10, K_C64},
                               {11, K_C64}, {15, K_GAUGE}, {18, K_STR}, {19, K_NEVER}};
  for (int c = 0; c < 8; c++)
    for (int i = 1; i <= NIF; i++) {
      u32 o[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1, ifx[c][0], i};
      add(o, 12, ifx[c][1], 2, ifx[c][0], i);
    }
}
static int cmp(const u32 *a, int an, const Ent *e) {
  int n = an < e->n ? an : e->n;
  for (int i = 0; i < n; i++)
    if (a[i] != e->oid[i])
      return a[i] < e->oid[i] ? -1 : 1;
  return an < e->n ? -1 : an > e->n;
}
static int upper(const u32 *o, int n) {
  int lo = 0, hi = NE;
  while (lo < hi) {
    int m = (lo + hi) / 2;
    if (cmp(o, n, &E[m]) < 0)
      hi = m;
    else
      lo = m + 1;
  }
  return lo;
}

static u8 *putu(u8 *p, u8 tag, u64 v) {
  int n = 1;
  while (n < 8 && v >> (8 * n))
    n++;
  int pad = v >> (8 * n - 1) & 1;
  *p++ = tag;
  *p++ = n + pad;
  if (pad)
    *p++ = 0;
  while (n--)
    *p++ = v >> (8 * n);
  return p;
}
static u8 *putdec(u8 *p, u32 v) {
  char t[10];
  int n = 0;
  do
    t[n++] = '0' + v % 10;
  while (v /= 10);
  while (n)
    *p++ = t[--n];
  return p;
}
static u8 *puts8(u8 *p, const char *s) {
  while (*s)
    *p++ = *s++;
  return p;
}
static u8 *putip(u8 *p, u32 h) {
  p = putdec(p, h >> 24);
  *p++ = '.';
  p = putdec(p, h >> 16 & 255);
  *p++ = '.';
  p = putdec(p, h >> 8 & 255);
  *p++ = '.';
  return putdec(p, h & 255);
}
static u8 *value(u8 *p, const Ent *e, u32 ip) {
  u32 h = (ip * 2654435761u) ^ (e->idx * 40503u) ^ (e->col * 69069u);
  h ^= h >> 15;
  if (e->kind == K_STR) {
    u8 *L = p + 1;
    *p = 4;
    p += 2;
    if (e->tbl == 0) {
      p = puts8(p, e->col == 1 ? "Simulated switch, synthetic software 1.0" : "sim-");
      if (e->col == 5)
        p = putip(p, ip);
    } else if (e->tbl == 2 && e->col == 18) {
      p = puts8(p, "uplink ");
      p = putip(p, ip);
      *p++ = ' ';
      p = putdec(p, e->idx);
    } else {
      p = puts8(p, e->tbl == 1 ? "GigabitEthernet1/0/" : "Gi1/0/");
      p = putdec(p, e->idx);
    }
    *L = p - L - 1;
    return p;
  }
  switch (e->kind) {
  case K_OID: {
    static const u8 o[] = {6, 8, 0x2b, 6, 1, 4, 1, 0x81, 0xfd, 0x59};
    memcpy(p, o, 10);
    return p + 10;
  } /* 1.3.6.1.4.1.32473 (documentation) */
  case K_TICKS:
    return putu(p, 0x43, (now_ms / 10 + h) & 0xffffffff);
  case K_NEVER: /* ifCounterDiscontinuityTime */
    return putu(p, 0x43, 0);
  case K_INT:
    return putu(p, 2,
                e->tbl == 0   ? NIF
                : e->col == 1 ? e->idx
                : e->col == 3 ? 6
                : e->col == 8 ? (h & 15 ? 1 : 2)
                              : 1);
  case K_GAUGE:
    return putu(p, 0x42, e->col == 5 ? 1000000000u : 1000);
  case K_C32:
    return putu(p, 0x41, (h & 0xffff) + now_ms / 5000);
  default:
    return putu(p, 0x46, ((u64)h << 10) + now_ms * (h & 0xffff));
  }
}
static const u8 *tlv(const u8 *p, const u8 *end, int tag, int *len) { /* returns content start or NULL */
  if (end - p < 2 || *p != tag)
    return 0;
  p++;
  int l = *p++;
  if (l & 0x80) {
    int n = l & 0x7f;
    if (n > 3 || end - p < n)
      return 0;
    l = 0;
    while (n--)
      l = l << 8 | *p++;
  }
  if (end - p < l)
    return 0;
  *len = l;
  return p;
}
static u8 *vb(u8 *p, const Ent *e, u32 ip) {
  u8 *L = p + 1;
  *p = 0x30;
  p += 2;
  memcpy(p, e->enc, 24);
  p = value(p + e->el, e, ip);
  *L = p - L - 1;
  return p;
}
static u8 *vbraw(u8 *p, const u8 *oid, int ol, u8 exc) {
  *p++ = 0x30;
  *p++ = ol + 4;
  *p++ = 6;
  *p++ = ol;
  memcpy(p, oid, ol);
  p += ol;
  *p++ = exc;
  *p++ = 0;
  return p;
}

static int answer(const u8 *in, int n, u8 *out, u32 ip) {
  const u8 *end = in + n, *p = in;
  int l;
  if (!(p = tlv(p, end, 0x30, &l)))
    return 0;
  const u8 *v = tlv(p, end, 2, &l);
  if (!v || l != 1 || *v != 1)
    return 0;
  p = v + 1;
  const u8 *com = tlv(p, end, 4, &l);
  if (!com)
    return 0;
  int cl = l;
  p = com + l;
  int type = *p;
  const u8 *q = tlv(p, end, type, &l);
  if (!q || (type != 0xa0 && type != 0xa1 && type != 0xa5))
    return 0;
  const u8 *rid = tlv(q, end, 2, &l);
  if (!rid)
    return 0;
  int rl = l;
  p = rid + l;
  int a = 0, b = 0;
  const u8 *x = tlv(p, end, 2, &l);
  if (!x)
    return 0;
  for (int i = 0; i < l; i++)
    a = a << 8 | x[i];
  p = x + l;
  x = tlv(p, end, 2, &l);
  if (!x)
    return 0;
  for (int i = 0; i < l; i++)
    b = b << 8 | x[i];
  p = x + l;
  const u8 *vl = tlv(p, end, 0x30, &l);
  if (!vl)
    return 0;
  const u8 *ve = vl + l;
  p = vl;

  u8 *o = out, *Lm, *Lp, *Lv;
  *o++ = 0x30;
  *o++ = 0x82;
  Lm = o;
  o += 2;
  *o++ = 2;
  *o++ = 1;
  *o++ = 1;
  *o++ = 4;
  *o++ = cl;
  memcpy(o, com, cl);
  o += cl;
  *o++ = 0xa2;
  *o++ = 0x82;
  Lp = o;
  o += 2;
  *o++ = 2;
  *o++ = rl;
  memcpy(o, rid, rl);
  o += rl;
  memcpy(o, "\2\1\0\2\1\0\x30\x82", 8);
  o += 8;
  Lv = o;
  o += 2;
  int pos[256], nv = 0, cnt = 0;
  const u8 *lim = out + MAXMSG - 72;
  const u8 *oids[256];
  int ols[256];
  while (p < ve && nv < 256) {
    const u8 *s = tlv(p, ve, 0x30, &l);
    if (!s)
      return 0;
    p = s + l;
    const u8 *ob = tlv(s, ve, 6, &l);
    if (!ob)
      return 0;
    u32 sub[128];
    int k = 0;
    u32 acc = 0;
    if (l > 120)
      return 0;
    for (int i = 0; i < l; i++) {
      acc = acc << 7 | (ob[i] & 127);
      if (!(ob[i] & 128)) {
        if (!k) {
          sub[k++] = acc / 40 > 2 ? 2 : acc / 40;
          sub[k] = acc - sub[0] * 40;
          k++;
        } else
          sub[k++] = acc;
        acc = 0;
      }
    }
    oids[nv] = ob;
    ols[nv] = l;
    int u = upper(sub, k);
    if (type == 0xa0) {
      if (o > lim) {
        o = Lv + 2;
        Lv[-6] = 1;
        cnt = 0;
        break;
      } /* tooBig */
      if (u > 0 && cmp(sub, k, &E[u - 1]) == 0)
        o = vb(o, &E[u - 1], ip);
      else
        o = vbraw(o, ob, l, 0x81);
      cnt++;
    } else if (type == 0xa1 || nv < a) {
      if (o > lim)
        break;
      if (u < NE)
        o = vb(o, &E[u], ip);
      else
        o = vbraw(o, ob, l, 0x82);
      cnt++;
    }
    pos[nv++] = u;
  }
  if (type == 0xa5) {
    if (a > nv)
      a = nv;
    for (int r = 0; r < b; r++) {
      int live = 0;
      for (int i = a; i < nv; i++) {
        if (o > lim)
          goto done;
        if (pos[i] < NE) {
          o = vb(o, &E[pos[i]++], ip);
          live = 1;
        } else {
          if (r && pos[i] == NE) {
            oids[i] = E[NE - 1].enc + 2;
            ols[i] = E[NE - 1].el - 2;
          }
          o = vbraw(o, oids[i], ols[i], 0x82);
        }
        cnt++;
      }
      if (!live)
        break;
    }
  }
done:;
  int m = o - Lm - 2;
  Lm[0] = m >> 8;
  Lm[1] = m;
  m = o - Lp - 2;
  Lp[0] = m >> 8;
  Lp[1] = m;
  m = o - Lv - 2;
  Lv[0] = m >> 8;
  Lv[1] = m;
  S[0]++;
  S[1] += cnt;
  S[2] += o - out;
  S[type == 0xa5 ? 3 : type == 0xa0 ? 4 : 5]++;
  return o - out;
}
#define B 64
int main(int argc, char **argv) {
  int port = 0, c;
  const char *sf = 0;
  S = dummy;
  while ((c = getopt(argc, argv, "p:n:m:s:")) > 0) {
    if (c == 'p')
      port = atoi(optarg);
    if (c == 'n')
      NIF = atoi(optarg);
    if (c == 'm')
      MAXMSG = atoi(optarg);
    if (c == 's')
      sf = optarg;
  }
  if (sf) {
    int f = open(sf, O_RDWR | O_CREAT, 0644);
    if (ftruncate(f, 64))
      return 1;
    S = mmap(0, 64, PROT_READ | PROT_WRITE, MAP_SHARED, f, 0);
    memset(S, 0, 64);
  }
  build();
  int fd = socket(AF_INET, SOCK_DGRAM, 0), one = 1, rb = 64 << 20;
  setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof one);
  setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &rb, sizeof rb);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &rb, sizeof rb);
  struct sockaddr_in me = {.sin_family = AF_INET, .sin_port = htons(port)};
  if (bind(fd, (void *)&me, sizeof me)) {
    perror("bind");
    return 1;
  }
  socklen_t mel = sizeof me;
  getsockname(fd, (void *)&me, &mel);
  printf("{\"port\":%d}\n", ntohs(me.sin_port));
  fflush(stdout);
  static u8 in[B][2048], out[B][65536];
  static struct sockaddr_in from[B];
  static char ctl[B][64];
  struct iovec iv[B], ov[B];
  struct mmsghdr mi[B], mo[B];
  for (;;) {
    for (int i = 0; i < B; i++) {
      iv[i] = (struct iovec){in[i], 2048};
      mi[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
                                      .msg_namelen = sizeof from[i],
                                      .msg_iov = &iv[i],
                                      .msg_iovlen = 1,
                                      .msg_control = ctl[i],
                                      .msg_controllen = 64};
    }
    int n = recvmmsg(fd, mi, B, MSG_WAITFORONE, 0);
    if (n < 0)
      continue;
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME_COARSE, &ts);
    now_ms = ((u64)ts.tv_sec * 1000 + ts.tv_nsec / 1000000) & 0xffffffffffull;
    int k = 0;
    for (int i = 0; i < n; i++) {
      struct cmsghdr *cm = CMSG_FIRSTHDR(&mi[i].msg_hdr);
      struct in_pktinfo *pi = (void *)CMSG_DATA(cm);
      pi->ipi_ifindex = 0;
      pi->ipi_spec_dst = pi->ipi_addr;
      int m = answer(in[i], mi[i].msg_len, out[k], ntohl(pi->ipi_addr.s_addr));
      if (!m)
        continue;
      ov[k] = (struct iovec){out[k], m};
      mo[k].msg_hdr = mi[i].msg_hdr;
      mo[k].msg_hdr.msg_iov = &ov[k];
      mo[k].msg_hdr.msg_flags = 0;
      k++;
    }
    for (int s = 0; s < k;) {
      int r = sendmmsg(fd, mo + s, k - s, 0);
      if (r <= 0)
        break;
      s += r;
    }
  }
}
