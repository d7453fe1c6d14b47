/* floor.c - what the kernel and the octets alone cost: one UDP socket, sendmmsg/recvmmsg, GETBULKs encoded
 * beforehand, the least BER decoding that still checks the columns, into arrays. Devices from 127.10.0.1 on.
 *   floor DEVICES ROUNDS WINDOW COLUMNS-A-REQUEST ROWS-A-REQUEST PORT
 * One JSON object on stdout when done, as libsnmp-async. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
#define NC 14
#define IFS 48
#define B 128
static const int COL[NC][2] = {{0, 2}, {0, 7}, {0, 8}, {0, 13}, {0, 14}, {0, 19}, {0, 20},
                               {1, 1}, {1, 6}, {1, 7}, {1, 10}, {1, 11}, {1, 15}, {1, 18}};
static u8 pre[NC][12];
static int pl[NC];
typedef struct {
  u8 b[600];
  int n, id;
} Tpl;
static Tpl tpl[NC][IFS];
static int have[NC][IFS];
static int N, R, W, PORT, MULTI = 14, MAXR = 4, NG;
typedef struct {
  u32 id;
  u8 g, after, live, tries;
  double sent;
} Dev;
static Dev *D;
static u64 *val;
static char (*str)[48];
static u64 varbinds, requests, retrans, bad, failed;
static double now;
static double clk(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}
static u32 addrOf(int i) {
  return 127u << 24 | 10u << 16 | (i / 250) << 8 | (i % 250 + 1);
}
static u8 *hd(u8 *p, int tag, int len) {
  *p++ = tag;
  if (len < 128)
    *p++ = len;
  else {
    *p++ = 0x82;
    *p++ = len >> 8;
    *p++ = len;
  }
  return p;
}
static Tpl *tmpl(int g, int after) {
  Tpl *t = &tpl[g][after];
  if (have[g][after])
    return t;
  have[g][after] = 1;
  u8 vb[500], *v = vb;
  int c0 = g * MULTI, c1 = c0 + MULTI > NC ? NC : c0 + MULTI;
  for (int c = c0; c < c1; c++) {
    int l = pl[c] + (after > 0);
    *v++ = 0x30;
    *v++ = l + 4;
    *v++ = 6;
    *v++ = l;
    memcpy(v, pre[c], pl[c]);
    v += pl[c];
    if (after)
      *v++ = after;
    *v++ = 5;
    *v++ = 0;
  }
  int vl = v - vb, rep = IFS - after < MAXR ? IFS - after : MAXR;
  u8 pdu[560], *p = pdu;
  memcpy(p, "\2\4\0\0\0\0\2\1\0\2\1", 11);
  p += 11;
  *p++ = rep;
  p = hd(p, 0x30, vl);
  memcpy(p, vb, vl);
  p += vl;
  int n = p - pdu;
  u8 in[580], *q = in;
  memcpy(q, "\2\1\1\4\6public", 11);
  q += 11;
  q = hd(q, 0xa5, n);
  int id = q - in + 2;
  memcpy(q, pdu, n);
  q += n;
  int m = q - in;
  p = hd(t->b, 0x30, m);
  t->id = p - t->b + id;
  memcpy(p, in, m);
  t->n = p - t->b + m;
  return t;
}
static int fd, q;
static u8 ob[B][600], ib[B][2048];
static struct sockaddr_in on[B], in_[B];
static struct iovec ov[B], iv[B];
static struct mmsghdr om[B], im[B];
static void flush(void) {
  for (int s = 0; s < q;) {
    int r = sendmmsg(fd, om + s, q - s, 0);
    if (r <= 0)
      break;
    s += r;
  }
  q = 0;
}
static void ask(int d) {
  static u32 seq;
  Tpl *t = tmpl(D[d].g, D[d].after);
  u32 id = (++seq & 0x3ff) << 21 | d;
  D[d].id = id;
  D[d].sent = now;
  requests++;
  memcpy(ob[q], t->b, t->n);
  u32 be = htonl(id);
  memcpy(ob[q] + t->id, &be, 4);
  ov[q].iov_len = t->n;
  on[q].sin_addr.s_addr = htonl(addrOf(d));
  if (++q == B)
    flush();
}
static int next_, inflight, round_, run = 1;
static void start(void) {
  while (inflight < W && next_ < N) {
    int d = next_++;
    D[d] = (Dev){.live = 1};
    inflight++;
    ask(d);
  }
}
static void finish(int d) {
  D[d].live = 0;
  inflight--;
  if (next_ < N)
    start();
  else if (!inflight) {
    if (++round_ < R) {
      next_ = 0;
      start();
    } else
      run = 0;
  }
}
#define BAD                                                                                                  \
  {                                                                                                          \
    bad++;                                                                                                   \
    return;                                                                                                  \
  }
static void packet(const u8 *p, int n, u32 from) {
  const u8 *end = p + n;
  int l;
#define LEN                                                                                                  \
  l = *p++;                                                                                                  \
  if (l > 127) {                                                                                             \
    int k = l & 127;                                                                                         \
    l = 0;                                                                                                   \
    while (k--)                                                                                              \
      l = l << 8 | *p++;                                                                                     \
  }
  if (*p++ != 0x30)
    BAD LEN p += 3;
  p++;
  LEN p += l;
  if (*p++ != 0xa2)
    BAD LEN p++;
  LEN u32 id = 0;
  while (l--)
    id = id << 8 | *p++;
  u32 d = id & 0x1fffff;
  if (d >= (u32)N || !D[d].live || D[d].id != id || from != addrOf(d))
    BAD if (p[2]) {
      failed++;
      finish(d);
      return;
    }
  p += 6;
  p++;
  LEN int c0 = D[d].g * MULTI, c1 = c0 + MULTI > NC ? NC : c0 + MULTI, c = c0, last = D[d].after, cnt = 0;
  while (p < end) {
    const u8 *ve = p + 2 + p[1];
    if (p[0] != 0x30 || p[1] > 127 || ve > end || p[2] != 6)
      BAD int ol = p[3];
    p += 4;
    if (memcmp(p, pre[c], pl[c])) {
      p = ve;
      if (++c == c1)
        c = c0;
      continue;
    }
    const u8 *oe = p + ol;
    p += pl[c];
    int row = 0;
    while (p < oe)
      row = row << 7 | (*p++ & 127);
    int tag = *p++, vl = *p++;
    if (row < 1 || row > IFS)
      BAD u64 *at = &val[((u64)d * NC + c) * IFS + row - 1];
    if (tag == 4) {
      if (*at == 0 || vl != (int)(*at & 255) || memcmp(str[*at >> 8], p, vl)) {
        static u64 ns;
        u64 k = *at ? *at >> 8 : ns++;
        memcpy(str[k], p, vl);
        *at = k << 8 | vl;
      }
      p += vl;
    } else {
      u64 v = 0;
      while (vl--)
        v = v << 8 | *p++;
      *at = v;
    }
    if (p != ve)
      BAD last = row;
    cnt++;
    if (++c == c1)
      c = c0;
  }
  varbinds += cnt;
  if (c != c0) {
    last--;
    varbinds -= c - c0;
  }
  D[d].tries = 0;
  if (last < IFS && cnt)
    D[d].after = last;
  else {
    D[d].after = 0;
    if (++D[d].g == NG) {
      finish(d);
      return;
    }
  }
  ask(d);
}
int main(int argc, char **argv) {
  if (argc < 7) {
    fprintf(stderr, "floor DEVICES ROUNDS WINDOW COLUMNS ROWS PORT\n");
    return 2;
  }
  N = atoi(argv[1]);
  R = atoi(argv[2]);
  W = atoi(argv[3]);
  MULTI = atoi(argv[4]);
  MAXR = atoi(argv[5]);
  PORT = atoi(argv[6]);
  NG = (NC + MULTI - 1) / MULTI;
  for (int c = 0; c < NC; c++) {
    static const u8 a[] = {0x2b, 6, 1, 2, 1, 2, 2, 1}, x[] = {0x2b, 6, 1, 2, 1, 31, 1, 1, 1};
    int k = COL[c][0] ? 9 : 8;
    memcpy(pre[c], COL[c][0] ? x : a, k);
    pre[c][k] = COL[c][1];
    pl[c] = k + 1;
  }
  D = calloc(N, sizeof *D);
  val = calloc((u64)N * NC * IFS, 8);
  str = malloc((u64)N * 3 * IFS * 48);
  fd = socket(AF_INET, SOCK_DGRAM, 0);
  int rb = 4 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &rb, 4);
  for (int i = 0; i < B; i++) {
    on[i].sin_family = AF_INET;
    on[i].sin_port = htons(PORT);
    ov[i].iov_base = ob[i];
    om[i].msg_hdr =
        (struct msghdr){.msg_name = &on[i], .msg_namelen = 16, .msg_iov = &ov[i], .msg_iovlen = 1};
    iv[i] = (struct iovec){ib[i], 2048};
    im[i].msg_hdr =
        (struct msghdr){.msg_name = &in_[i], .msg_namelen = 16, .msg_iov = &iv[i], .msg_iovlen = 1};
  }
  double t0 = now = clk(), swept = now;
  start();
  flush();
  while (run) {
    int n = recvmmsg(fd, im, B, MSG_DONTWAIT, 0);
    now = clk();
    if (n <= 0) {
      struct pollfd pf = {fd, POLLIN, 0};
      poll(&pf, 1, 50);
    } else {
      for (int i = 0; i < n; i++)
        packet(ib[i], im[i].msg_len, ntohl(in_[i].sin_addr.s_addr));
      flush();
    }
    if (now - swept > 0.1) {
      swept = now;
      for (int d = 0; d < N; d++)
        if (D[d].live && now - D[d].sent > 1) {
          if (D[d].tries++ < 3) {
            retrans++;
            ask(d);
          } else {
            failed++;
            finish(d);
          }
        }
      flush();
    }
  }
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  double w = clk() - t0;
  printf("{\"tool\":\"floor\",\"devices\":%d,\"rounds\":%d,\"varbinds\":%lu,\"requests\":%lu,\"retrans\":%lu,"
         "\"bad\":%lu,\"failed\":%lu,\"wall_s\":%.2f,\"cpu_s\":%.2f,\"user_s\":%.2f,\"vb_per_s\":%.0f,\"rss_"
         "mib\":%ld}\n",
         N, R, varbinds, requests, retrans, bad, failed, w,
         u.ru_utime.tv_sec + u.ru_utime.tv_usec / 1e6 + u.ru_stime.tv_sec + u.ru_stime.tv_usec / 1e6,
         u.ru_utime.tv_sec + u.ru_utime.tv_usec / 1e6, varbinds / w, u.ru_maxrss / 1024);
}
