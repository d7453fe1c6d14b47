/* libsnmp-async.c - net-snmp's C library as its manual recommends for many devices: single-session API, one
 * socket per device kept open, epoll, WINDOW devices at a time, GETBULK of 14 columns x ROWS from 127.10.0.1
 * on. libsnmp-async DEVICES ROUNDS WINDOW ROWS PORT One JSON object on stdout when done: varbinds, requests,
 * failed, wall_s, cpu_s, user_s, rss_mib. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/snmp_transport.h>
#include <net-snmp/library/large_fd_set.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#define NC 14
#define IFS 48
static const int COL[NC][2] = {{0, 2}, {0, 7}, {0, 8}, {0, 13}, {0, 14}, {0, 19}, {0, 20},
                               {1, 1}, {1, 6}, {1, 7}, {1, 10}, {1, 11}, {1, 15}, {1, 18}};
typedef struct {
  void *h;
  int after, fd;
} Dev;
static Dev *D;
static int N, R, W, ROWS, next_, inflight, round_, run = 1;
static unsigned long varbinds, requests, failed, sum;
static void start(void);
static int cb(int op, struct snmp_session *s, int id, struct snmp_pdu *pdu, void *magic);
static void ask(Dev *d) {
  int rep = IFS - d->after < ROWS ? IFS - d->after : ROWS;
  netsnmp_pdu *p = snmp_pdu_create(SNMP_MSG_GETBULK);
  p->non_repeaters = 0;
  p->max_repetitions = rep;
  for (int c = 0; c < NC; c++) {
    oid t[] = {1, 3, 6, 1, 2, 1, 2, 2, 1, COL[c][1], d->after},
        x[] = {1, 3, 6, 1, 2, 1, 31, 1, 1, 1, COL[c][1], d->after};
    if (COL[c][0])
      snmp_add_null_var(p, x, d->after ? 12 : 11);
    else
      snmp_add_null_var(p, t, d->after ? 11 : 10);
  }
  requests++;
  if (!snmp_sess_async_send(d->h, p, cb, d)) {
    snmp_free_pdu(p);
    failed++;
  }
}
static void finish(void) {
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
static int cb(int op, struct snmp_session *s, int id, struct snmp_pdu *pdu, void *magic) {
  Dev *d = magic;
  if (op != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || pdu->errstat) {
    failed++;
    finish();
    return 1;
  }
  int c = 0, last = d->after, cnt = 0;
  for (netsnmp_variable_list *v = pdu->variables; v; v = v->next_variable) {
    int pl = COL[c][0] ? 11 : 10;
    if (v->name_length == pl + 1 && v->name[pl - 1] == COL[c][1]) {
      last = v->name[pl];
      cnt++;
      if (v->type == ASN_COUNTER64)
        sum += v->val.counter64->low;
      else if (v->type != ASN_OCTET_STR)
        sum += *v->val.integer;
      else
        sum += v->val_len;
    }
    if (++c == NC)
      c = 0;
  }
  if (c) {
    last--;
    cnt -= c;
  }
  varbinds += cnt;
  d->after = last;
  if (last < IFS && cnt)
    ask(d);
  else
    finish();
  return 1;
}
static void start(void) {
  while (inflight < W && next_ < N) {
    Dev *d = &D[next_++];
    d->after = 0;
    inflight++;
    ask(d);
  }
}
int main(int argc, char **argv) {
  if (argc < 6) {
    fprintf(stderr, "libsnmp-async DEVICES ROUNDS WINDOW ROWS PORT\n");
    return 2;
  }
  N = atoi(argv[1]);
  R = atoi(argv[2]);
  W = atoi(argv[3]);
  ROWS = atoi(argv[4]);
  int port = atoi(argv[5]);
  setenv("MIBS", "", 1);
  init_snmp("x");
  D = calloc(N, sizeof *D);
  int ep = epoll_create1(0);
  struct timespec a, b;
  clock_gettime(CLOCK_MONOTONIC, &a);
  for (int i = 0; i < N; i++) {
    netsnmp_session s;
    char name[64];
    snmp_sess_init(&s);
    sprintf(name, "127.10.%d.%d:%d", i / 250, i % 250 + 1, port);
    s.version = SNMP_VERSION_2c;
    s.peername = name;
    s.community = (u_char *)"public";
    s.community_len = 6;
    s.timeout = 3000000;
    s.retries = 3;
    if (!(D[i].h = snmp_sess_open(&s))) {
      snmp_perror("open");
      return 1;
    }
    D[i].fd = snmp_sess_transport(D[i].h)->sock;
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
    epoll_ctl(ep, EPOLL_CTL_ADD, D[i].fd, &e);
  }
  start();
  netsnmp_large_fd_set fs;
  netsnmp_large_fd_set_init(&fs, 65536);
  while (run) {
    struct epoll_event e[256];
    int n = epoll_wait(ep, e, 256, 500);
    if (!n)
      for (int i = 0; i < N; i++)
        snmp_sess_timeout(D[i].h);
    for (int k = 0; k < n; k++) {
      Dev *d = &D[e[k].data.u32];
      netsnmp_large_fd_setfd(d->fd, &fs);
      snmp_sess_read2(d->h, &fs);
      netsnmp_large_fd_clr(d->fd, &fs);
    }
  }
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  clock_gettime(CLOCK_MONOTONIC, &b);
  double w = b.tv_sec - a.tv_sec + (b.tv_nsec - a.tv_nsec) / 1e9,
         us = u.ru_utime.tv_sec + u.ru_utime.tv_usec / 1e6;
  printf("{\"tool\":\"libsnmp\",\"devices\":%d,\"rounds\":%d,\"varbinds\":%lu,\"requests\":%lu,\"failed\":%"
         "lu,\"wall_s\":%.2f,\"cpu_s\":%.2f,\"user_s\":%.2f,\"vb_per_s\":%.0f,\"rss_mib\":%ld}\n",
         N, R, varbinds, requests, failed, w, us + u.ru_stime.tv_sec + u.ru_stime.tv_usec / 1e6, us,
         varbinds / w, u.ru_maxrss / 1024);
}
