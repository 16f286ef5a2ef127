/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What lies below every way of an order: the same bytes as bare UDP datagrams over loopback, and
 * appended with fdatasync() wherever they become durable.
 *
 *     order-floor FOLDER ORDERS
 *
 * By the hub: a waiter's process, a hub's that stores and then answers and passes on, a kitchen's
 * that accepts. Direct: the waiter and the kitchen alone, and both store.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "figures.h"
#include "partner.h"
#include "replica.h"

#define WARM_UP              20
#define PAUSE_US             5000
#define ORDER_BYTES          1700 /* a message of the two operations of an order */
#define ACCEPT_BYTES         700  /* and of the one that accepts it */
#define STEP_TIMEOUT_SECONDS 10

typedef enum { ORDER, ACK, ACCEPT } Kind;

typedef struct {
  Kind kind;
  gint64 seen_us; /* in ACCEPT */
  guint8 rest[ORDER_BYTES];
} Datagram;

typedef struct {
  int socket, file;
  struct sockaddr_in address;
} Place;

static void
open_place(Place *place, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);
  struct timeval limit = {.tv_sec = STEP_TIMEOUT_SECONDS};
  socklen_t length = sizeof place->address;

  place->address =
      (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  place->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  place->file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (place->socket < 0 || place->file < 0 ||
      bind(place->socket, (struct sockaddr *)&place->address, sizeof place->address) != 0 ||
      getsockname(place->socket, (struct sockaddr *)&place->address, &length) != 0)
    bench_die("%s: %s", name, g_strerror(errno));
  setsockopt(place->socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
}

static gsize
get_size(Kind kind)
{
  return kind == ORDER ? ORDER_BYTES : kind == ACCEPT ? ACCEPT_BYTES : 100;
}

static void
send_to(const Place *from, const Place *to, const Datagram *datagram)
{
  if (sendto(from->socket, datagram, get_size(datagram->kind), 0,
             (const struct sockaddr *)&to->address, sizeof to->address) < 0)
    bench_die("a datagram: %s", g_strerror(errno));
}

static void
receive(const Place *at, Datagram *datagram)
{
  if (recv(at->socket, datagram, sizeof *datagram, 0) < (ssize_t)get_size(ACK))
    bench_die("no datagram: %s", g_strerror(errno));
}

static void
store(const Place *at, const Datagram *datagram)
{
  if (write(at->file, datagram, get_size(datagram->kind)) < 0 || fdatasync(at->file) != 0)
    bench_die("the file: %s", g_strerror(errno));
}

/* --- who stands behind the waiter --- */

static void
serve_hub(const Place *hub, const Place *waiter, const Place *kitchen)
{
  for (;;) {
    Datagram datagram;

    receive(hub, &datagram);
    store(hub, &datagram);
    if (datagram.kind == ORDER) {
      send_to(hub, waiter, &(Datagram){.kind = ACK});
      send_to(hub, kitchen, &datagram);
    } else {
      send_to(hub, waiter, &datagram);
    }
  }
}

/* @hub: (nullable): %NULL: it stores by itself and answers the waiter */
static void
serve_kitchen(const Place *kitchen, const Place *hub, const Place *waiter)
{
  const Place *next = hub != NULL ? hub : waiter;

  for (;;) {
    Datagram datagram;

    receive(kitchen, &datagram);
    if (hub == NULL) {
      store(kitchen, &datagram);
      send_to(kitchen, waiter, &(Datagram){.kind = ACK});
    }
    datagram.kind = ACCEPT;
    datagram.seen_us = g_get_monotonic_time();
    if (hub == NULL)
      store(kitchen, &datagram);
    send_to(kitchen, next, &datagram);
  }
}

/* --- the waiter --- */

static void
take_orders(const Place *waiter, const Place *next, gboolean is_direct, guint n)
{
  const char *line = is_direct ? "order-direct" : "order-hub";
  g_autofree char *lines[] = {g_strconcat(line, "-acknowledged", NULL),
                              g_strconcat(line, "-seen", NULL),
                              g_strconcat(line, "-accepted", NULL)};
  BenchSamples samples[G_N_ELEMENTS(lines)];

  for (guint i = 0; i < G_N_ELEMENTS(lines); i++)
    bench_samples_init(&samples[i]);
  for (guint i = 0; i < WARM_UP + n; i++) {
    Datagram datagram = {.kind = ORDER};
    gint64 start_us;

    g_usleep(PAUSE_US);
    start_us = g_get_monotonic_time();
    if (is_direct)
      store(waiter, &datagram);
    send_to(waiter, next, &datagram);
    for (guint answers = 0; answers < 2; answers++) {
      receive(waiter, &datagram);
      if (is_direct && datagram.kind == ACCEPT)
        store(waiter, &datagram);
      if (i < WARM_UP)
        continue;
      bench_samples_add(&samples[datagram.kind == ACK ? 0 : 2],
                        (double)(g_get_monotonic_time() - start_us) / 1000);
      if (datagram.kind == ACCEPT)
        bench_samples_add(&samples[1], (double)(datagram.seen_us - start_us) / 1000);
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
    bench_figure_print_percentiles(lines[i], "udp fdatasync", "ms", &samples[i]);
    bench_samples_clear(&samples[i]);
  }
}

static pid_t
begin(void)
{
  pid_t pid = fork();

  if (pid < 0)
    bench_die("fork: %s", g_strerror(errno));
  if (pid == 0)
    bench_partner_die_with_parent();
  return pid;
}

static void
measure(const char *folder, gboolean is_direct, guint n)
{
  Place waiter, hub, kitchen;
  pid_t hub_pid = 0, kitchen_pid;

  open_place(&waiter, folder, "waiter");
  open_place(&hub, folder, "hub");
  open_place(&kitchen, folder, "kitchen");
  if (!is_direct && (hub_pid = begin()) == 0)
    serve_hub(&hub, &waiter, &kitchen);
  if ((kitchen_pid = begin()) == 0)
    serve_kitchen(&kitchen, is_direct ? NULL : &hub, &waiter);
  take_orders(&waiter, is_direct ? &kitchen : &hub, is_direct, n);
  if (hub_pid != 0)
    bench_partner_kill(hub_pid);
  bench_partner_kill(kitchen_pid);
  for (guint i = 0; i < 3; i++) {
    const Place *place = i == 0 ? &waiter : i == 1 ? &hub : &kitchen;

    close(place->socket);
    close(place->file);
  }
}

int
main(int argc, char *argv[])
{
  char *folder;

  if (argc != 3)
    bench_die("order-floor FOLDER ORDERS");
  folder = bench_folder_new(argv[1]);
  measure(folder, FALSE, (guint)atoi(argv[2]));
  measure(folder, TRUE, (guint)atoi(argv[2]));
  bench_folder_remove(folder);
  return 0;
}
