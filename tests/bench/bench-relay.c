/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Relays a second, server CPU for each, and round trips, of our signaling server, for peers that
 * are believed and for paired devices whose frames are sealed, and of npm's `peer` in the same run:
 *
 *     bench-relay FOLDER      FOLDER/node_modules holds `peer`; without FOLDER ours alone
 *
 * Pairs of clients throw one message of about 1 KB to and fro. All pairs at once give the rate and
 * the CPU time; eight pairs give the time of a relay when there is little to do. The load comes
 * from one epoll loop that sends prepared frames, which costs less than any server's work; sealed
 * ones have to be made each time, and are not opened.
 */
#include <errno.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "house.h"
#include "web-server.h"
#include "wire.h"

#define RUN_US      (2 * G_USEC_PER_SEC)
#define QUIET_MS    500
#define FEW_PAIRS   8
#define TEXT_BYTES  900
#define MAX_SAMPLES ((gsize)1 << 20)
#define READ_BYTES  ((gsize)256 * 1024)

typedef struct {
  int fd;
  guint8 *frame; /* what it sends, again and again; NULL where it is sealed */
  gsize frame_bytes;
  char *text;
  BhFrameSeal *seal; /* (nullable) */
  guint8 header[10];
  gsize header_bytes; /* of the frame that is coming in */
  guint64 left;       /* of its payload */
  gboolean in_payload;
  gboolean is_text;
  gint64 sent_us;
} Client;

typedef struct {
  const char *name;
  pid_t pid;
  guint16 port;
  gboolean is_rival;
  BenchHouse *house; /* (nullable): its clients are paired devices */
} Server;

typedef struct {
  double rate, cpu_us, p50_us, p99_us;
} Result;

static Client *clients;
static guint n_clients;
static int epoll_fd;
static guint64 received;
static gboolean playing;
static guint playing_pairs;
static double *samples;
static gsize n_samples;

static void
serve(BenchHouse *house, int out)
{
  const BhSignalingConfig config = {.open = TRUE,
                                    .id = "b",
                                    .name = "b",
                                    .version = "0",
                                    .gate = house != NULL ? bench_house_open_gate(house) : NULL};
  BhLimitSet limits;
  BhSignalingServer *signaling;
  BhWebServer *web;
  guint16 port;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  bh_limit_set_init(&limits);
  bh_limit_set_put(&limits, BH_LIMIT_MESSAGES_PER_SECOND, 1000000);
  bh_limit_set_put(&limits, BH_LIMIT_MESSAGE_BURST, 1000000);
  signaling = bh_signaling_server_new(&config, &limits);
  web = bh_web_server_new(signaling, &limits);
  if (!bh_web_server_listen(web, "127.0.0.1", 0, NULL))
    exit(1);
  port = bh_web_server_get_port(web);
  if (write(out, &port, sizeof port) != sizeof port)
    exit(1);
  g_main_loop_run(g_main_loop_new(NULL, FALSE));
}

static Server
start_ours(BenchHouse *house)
{
  Server server = {.name = house != NULL ? "sealed" : "bellhop", .house = house};
  int ends[2];

  if (pipe(ends) != 0 || (server.pid = fork()) < 0)
    g_error("cannot start");
  if (server.pid == 0)
    serve(house, ends[1]);
  if (read(ends[0], &server.port, sizeof server.port) != sizeof server.port)
    g_error("our server does not start");
  return server;
}

static Server
start_rival(const char *folder)
{
  static char script[] =
      "const {PeerServer} = require('peer');"
      "PeerServer({port: 0, host: '127.0.0.1', path: '/', concurrent_limit: 20000},"
      " s => console.log(s.address().port));";
  char *argv[] = {(char *)"node", (char *)"-e", script, NULL};
  Server server = {.name = "npm peer", .is_rival = TRUE};
  g_autoptr(GError) error = NULL;
  char line[16] = {0};
  int out;

  if (!g_spawn_async_with_pipes(folder, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                NULL, NULL, &server.pid, NULL, &out, NULL, &error))
    g_error("%s", error->message);
  for (gsize n = 0; n < sizeof line - 1 && strchr(line, '\n') == NULL; n++)
    if (read(out, line + n, 1) != 1)
      g_error("npm's peer does not start in %s", folder);
  server.port = (guint16)atoi(line);
  return server;
}

/* Each pair a property of its own, as the rival knows no presence. */
static void
join(const Server *server, guint n)
{
  g_autofree char *tenant_id = g_strdup_printf("pair-%u", n / 2);
  g_autofree char *peer_id = g_strdup_printf("p%u", n);
  g_autofree char *text = NULL;

  if (server->house != NULL) {
    clients[n].seal = bench_house_join(server->house, n, clients[n].fd, tenant_id, peer_id);
    /* The server lets in so many a second. */
    g_usleep(G_USEC_PER_SEC / BH_SIGNALING_PROOFS_PER_SECOND);
    return;
  }
  text = g_strdup_printf("{\"type\":\"join\",\"tenantId\":\"%s\",\"peerId\":\"%s\"}", tenant_id,
                         peer_id);
  wire_send_text(clients[n].fd, text, strlen(text));
}

static void
open_client(const Server *server, guint n, const char *filler)
{
  struct epoll_event event = {.events = EPOLLIN, .data = {.u32 = n}};
  Client *client = &clients[n];
  g_autofree char *path =
      server->is_rival ? g_strdup_printf("/peerjs?key=peerjs&id=p%u&token=t%u&version=1", n, n)
                       : g_strdup("/signal");

  client->fd = wire_connect(server->port);
  wire_upgrade(client->fd, path);
  if (!server->is_rival)
    join(server, n);
  client->text =
      server->is_rival
          ? g_strdup_printf("{\"type\":\"OFFER\",\"dst\":\"p%u\",\"payload\":{\"sdp\":\"%s\"}}",
                            n ^ 1, filler)
          : g_strdup_printf("{\"type\":\"offer\",\"targetPeerId\":\"p%u\",\"sdp\":\"%s\"}", n ^ 1,
                            filler);
  if (client->seal == NULL) {
    client->frame_bytes = strlen(client->text) + 8;
    client->frame = wire_make_frame(client->text, strlen(client->text));
  }
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, client->fd, &event);
}

static void throw(guint n, gint64 now_us)
{
  Client *client = &clients[n];
  g_autoptr(GBytes) sealed = NULL;

  client->sent_us = now_us;
  if (client->seal == NULL) {
    wire_send(client->fd, client->frame, client->frame_bytes);
    return;
  }
  sealed = bh_frame_seal_seal(client->seal, client->text, strlen(client->text));
  wire_send_text(client->fd, g_bytes_get_data(sealed, NULL), g_bytes_get_size(sealed));
}

/* A whole frame has come to client @n. */
static void
on_frame(guint n)
{
  gint64 now_us;

  if (!clients[n].is_text || !playing || n / 2 >= playing_pairs)
    return;
  now_us = g_get_monotonic_time();
  received++;
  if (n_samples < MAX_SAMPLES)
    samples[n_samples++] = (double)(now_us - clients[n ^ 1].sent_us);
  throw(n, now_us);
}

static void
take(guint n, const guint8 *data, gsize length)
{
  Client *c = &clients[n];

  while (length > 0) {
    if (c->in_payload) {
      gsize part = (gsize)MIN(c->left, length);

      c->left -= part;
      data += part;
      length -= part;
    } else {
      guint need = 2;

      c->header[c->header_bytes++] = *data++;
      length--;
      if (c->header_bytes >= 2)
        need = c->header[1] == 126 ? 4 : c->header[1] == 127 ? 10 : 2;
      if (c->header_bytes < need)
        continue;
      c->left = need == 2 ? c->header[1] : 0;
      for (guint i = 2; i < need; i++)
        c->left = c->left << 8 | c->header[i];
      c->is_text = (c->header[0] & 0xf) == 1;
      c->header_bytes = 0;
      c->in_payload = TRUE;
    }
    if (c->in_payload && c->left == 0) {
      c->in_payload = FALSE;
      on_frame(n);
    }
  }
}

/* Returns: whether anything came within @wait_ms */
static gboolean
turn(int wait_ms)
{
  static guint8 buffer[READ_BYTES];
  struct epoll_event events[256];
  int n = epoll_wait(epoll_fd, events, 256, wait_ms);

  for (int i = 0; i < n; i++) {
    ssize_t got = recv(clients[events[i].data.u32].fd, buffer, sizeof buffer, MSG_DONTWAIT);

    if (got <= 0)
      g_error("a connection was lost");
    take(events[i].data.u32, buffer, (gsize)got);
  }
  return n > 0;
}

static int
compare(gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

/* @pairs play for RUN_US. Returns: seconds it took */
static double
play(guint pairs)
{
  gint64 start_us = g_get_monotonic_time();

  received = 0;
  n_samples = 0;
  playing = TRUE;
  playing_pairs = pairs;
  for (guint i = 0; i < pairs; i++)
    throw(2 * i, start_us);
  while (g_get_monotonic_time() - start_us < RUN_US)
    turn(100);
  playing = FALSE;
  start_us = g_get_monotonic_time() - start_us;
  while (turn(QUIET_MS))
    ;
  return (double)start_us / 1e6;
}

static Result
measure(const Server *server, guint count)
{
  g_autofree char *filler = g_strnfill(TEXT_BYTES, 'v');
  Result result;
  double cpu_us, seconds;

  n_clients = count;
  clients = g_new0(Client, count);
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  for (guint i = 0; i < count; i++)
    open_client(server, i, filler);
  while (turn(QUIET_MS))
    ;
  cpu_us = wire_read_cpu(server->pid);
  seconds = play(count / 2);
  result.cpu_us = (wire_read_cpu(server->pid) - cpu_us) / (double)MAX(received, 1);
  result.rate = (double)received / seconds;
  play(MIN(FEW_PAIRS, count / 2));
  qsort(samples, n_samples, sizeof *samples, compare);
  result.p50_us = n_samples > 0 ? samples[n_samples / 2] : 0;
  result.p99_us = n_samples > 0 ? samples[n_samples * 99 / 100] : 0;
  for (guint i = 0; i < count; i++) {
    close(clients[i].fd);
    g_free(clients[i].frame);
    g_free(clients[i].text);
    g_clear_pointer(&clients[i].seal, bh_frame_seal_free);
  }
  g_free(clients);
  close(epoll_fd);
  return result;
}

static void
print_line(const char *name, guint count, const Result *r)
{
  g_print("| %5u | %-10s | %9.0f | %7.1f | %6.0f | %6.0f |\n", count, name, r->rate, r->cpu_us,
          r->p50_us, r->p99_us);
}

static void
print_ratio(const char *name, guint count, const Result *one, const Result *other)
{
  g_print("| %5u | %-10s | %8.2fx | %6.2fx | %5.2fx | %5.2fx |\n", count, name,
          one->rate / other->rate, one->cpu_us / other->cpu_us, one->p50_us / other->p50_us,
          one->p99_us / other->p99_us);
}

static Result
run(Server server, guint count)
{
  Result result = measure(&server, count);

  kill(server.pid, SIGKILL);
  waitpid(server.pid, NULL, 0);
  print_line(server.name, count, &result);
  return result;
}

int
main(int argc, char **argv)
{
  static const guint counts[] = {100, 1000};
  struct rlimit limit;

  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  samples = g_new(double, MAX_SAMPLES);
  g_print("| peers | server     | relays/s  | CPU us  | p50 us | p99 us |\n"
          "| ----: | ---------- | --------: | ------: | -----: | -----: |\n");
  for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
    BenchHouse *house = bench_house_new(counts[i]);
    Result ours = run(start_ours(NULL), counts[i]);
    Result sealed = run(start_ours(house), counts[i]);

    bench_house_free(house);
    print_ratio("sealed/not", counts[i], &sealed, &ours);
    if (argc >= 2) {
      Result rival = run(start_rival(argv[1]), counts[i]);

      print_ratio("ratio", counts[i], &ours, &rival);
    }
  }
  g_free(samples);
  return 0;
}
