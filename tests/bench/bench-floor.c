/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench-floor: what lies below every data channel, between two processes on this machine: bare UDP
 * over loopback, and libnice alone up to a pair that works.
 *
 *   bench-floor [open] [ping] [stream]      all of them when none is named
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <nice/agent.h>
#include <nice/interfaces.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "figures.h"
#include "partner.h"

#define OPENS                100
#define OPEN_WARM_UP         5
#define STEP_TIMEOUT_SECONDS 30
#define PINGS                10000
#define PING_WARM_UP         2000
#define PING_BYTES           100
#define STREAM_SECONDS       1.5
#define STREAM_BYTES         1200 /* a datagram of SCTP over DTLS */
#define PACE_MS              5    /* as core/peer sets it */

/* A data channel's ping of 100 bytes is echoed; a first byte of 1 asks how many have come. */
#define COUNT_REQUEST 1

static int
bind_udp(struct sockaddr_in *address)
{
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int room = 4 * 1024 * 1024;
  socklen_t length = sizeof *address;
  *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  if (fd < 0 || bind(fd, (struct sockaddr *)address, sizeof *address) != 0 ||
      getsockname(fd, (struct sockaddr *)address, &length) != 0)
    bench_die("A UDP socket: %s", g_strerror(errno));
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  return fd;
}

/* Echoes what has PING_BYTES, counts what is larger, until its parent ends it. */
static void
serve_udp(int fd)
{
  guint8 bytes[2048];
  guint64 counted = 0;
  for (;;) {
    struct sockaddr_in from;
    socklen_t from_length = sizeof from;
    ssize_t length = recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_length);
    if (length == PING_BYTES) {
      sendto(fd, bytes, (size_t)length, 0, (struct sockaddr *)&from, from_length);
    } else if (length == COUNT_REQUEST) {
      sendto(fd, &counted, sizeof counted, 0, (struct sockaddr *)&from, from_length);
      counted = 0;
    } else if (length > 0) {
      counted += (guint64)length;
    }
  }
}

static void
ping_udp(int fd)
{
  guint8 bytes[PING_BYTES] = {0};
  BenchSamples samples;
  bench_samples_init(&samples);
  for (guint i = 0; i < PING_WARM_UP + PINGS; i++) {
    gint64 start_us = g_get_monotonic_time();
    if (send(fd, bytes, sizeof bytes, 0) != PING_BYTES ||
        recv(fd, bytes, sizeof bytes, 0) != PING_BYTES)
      bench_die("A UDP ping: %s", g_strerror(errno));
    if (i >= PING_WARM_UP)
      bench_samples_add(&samples, (double)(g_get_monotonic_time() - start_us));
  }
  bench_figure_print_percentiles("round-trip-100", "udp", "us", &samples);
  bench_samples_clear(&samples);
}

static void
stream_udp(int fd)
{
  static const guint8 bytes[STREAM_BYTES];
  gint64 start_us = g_get_monotonic_time(), end_us = start_us + (gint64)(STREAM_SECONDS * 1e6);
  while (g_get_monotonic_time() < end_us)
    if (send(fd, bytes, sizeof bytes, 0) < 0)
      bench_die("A UDP datagram: %s", g_strerror(errno));

  guint64 counted;
  if (send(fd, bytes, COUNT_REQUEST, 0) < 0 || recv(fd, &counted, sizeof counted, 0) < 0)
    bench_die("The UDP count: %s", g_strerror(errno));
  bench_figure_print("stream-16k", "udp", "mb_s",
                     (double)counted / (double)(g_get_monotonic_time() - start_us), NULL);
}

static void
measure_udp(gboolean ping, gboolean stream)
{
  struct sockaddr_in server_address, address;
  int server = bind_udp(&server_address), fd = bind_udp(&address);
  struct timeval limit = {.tv_sec = STEP_TIMEOUT_SECONDS};
  pid_t pid = fork();
  if (pid < 0)
    bench_die("fork: %s", g_strerror(errno));
  if (pid == 0) {
    bench_partner_die_with_parent();
    serve_udp(server);
  }
  close(server);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (connect(fd, (struct sockaddr *)&server_address, sizeof server_address) != 0)
    bench_die("connect: %s", g_strerror(errno));
  if (ping)
    ping_udp(fd);
  if (stream)
    stream_udp(fd);
  close(fd);
  bench_partner_kill(pid);
}

/* One libnice agent of either process. */
typedef struct {
  BenchPartner *partner;
  NiceAgent *agent;
  guint stream;
  gboolean is_offerer;
  gboolean is_ready;
} IceSide;

static void
on_state(NiceAgent *agent, guint stream, guint component, guint state, gpointer user_data)
{
  if (state == NICE_COMPONENT_STATE_READY)
    ((IceSide *)user_data)->is_ready = TRUE;
}

static void
on_ignored(NiceAgent *agent, guint stream, guint component, guint length, char *data,
           gpointer user_data)
{
}

/* Host candidates are there at once, so all of them go with the description. */
static void
send_ice_description(IceSide *side)
{
  g_autofree char *sdp = nice_agent_generate_local_sdp(side->agent);
  bench_partner_send(side->partner, json_pack("{s:s, s:s}", "type", "ice", "sdp", sdp));
}

static void
start_ice(IceSide *side)
{
  side->is_ready = FALSE;
  side->agent =
      nice_agent_new_full(NULL, NICE_COMPATIBILITY_RFC5245,
                          NICE_AGENT_OPTION_ICE_TRICKLE | NICE_AGENT_OPTION_CONSENT_FRESHNESS);
  g_object_set(side->agent, "upnp", FALSE, "ice-tcp", FALSE, "stun-pacing-timer", PACE_MS,
               "keepalive-conncheck", TRUE, "controlling-mode", side->is_offerer, NULL);
  GList *addresses = nice_interfaces_get_local_ips(FALSE);
  if (addresses == NULL)
    addresses = nice_interfaces_get_local_ips(TRUE);
  for (GList *each = addresses; each != NULL; each = each->next) {
    NiceAddress address;
    nice_address_init(&address);
    if (nice_address_set_from_string(&address, each->data))
      nice_agent_add_local_address(side->agent, &address);
  }
  g_list_free_full(addresses, g_free);
  side->stream = nice_agent_add_stream(side->agent, 1);
  nice_agent_set_stream_name(side->agent, side->stream, "application");
  nice_agent_attach_recv(side->agent, side->stream, 1, NULL, on_ignored, side);
  g_signal_connect(side->agent, "component-state-changed", G_CALLBACK(on_state), side);
  if (!nice_agent_gather_candidates(side->agent, side->stream))
    bench_die("libnice finds no address.");
}

static void
stop_ice(IceSide *side)
{
  if (side->agent == NULL)
    return;
  nice_agent_remove_stream(side->agent, side->stream);
  g_clear_object(&side->agent);
}

static void
on_ice_message(BenchPartner *partner, json_t *message, gpointer user_data)
{
  IceSide *side = user_data;
  if (!side->is_offerer) {
    stop_ice(side);
    start_ice(side);
    send_ice_description(side);
  }
  if (nice_agent_parse_remote_sdp(side->agent, json_string_value(json_object_get(message, "sdp"))) <
      0)
    bench_die("libnice does not read its own description.");
}

static void
answer_ice(BenchPartner *parent)
{
  IceSide side = {.partner = parent};
  bench_partner_set_receiver(parent, on_ice_message, &side);
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_main_loop_run(loop);
}

static gboolean
on_ice_timeout(gpointer user_data)
{
  bench_die("libnice finds no pair in %d s.", STEP_TIMEOUT_SECONDS);
}

static void
measure_ice(void)
{
  BenchSamples samples;
  bench_samples_init(&samples);
  IceSide side = {.is_offerer = TRUE, .partner = bench_partner_fork(answer_ice)};
  bench_partner_set_receiver(side.partner, on_ice_message, &side);

  for (guint i = 0; i < OPEN_WARM_UP + OPENS; i++) {
    guint timeout = g_timeout_add_seconds(STEP_TIMEOUT_SECONDS, on_ice_timeout, NULL);
    gint64 start_us = g_get_monotonic_time();
    start_ice(&side);
    send_ice_description(&side);
    while (!side.is_ready)
      g_main_context_iteration(NULL, TRUE);
    if (i >= OPEN_WARM_UP)
      bench_samples_add(&samples, (double)(g_get_monotonic_time() - start_us) / 1000);
    g_source_remove(timeout);
    stop_ice(&side);
  }
  bench_figure_print_percentiles("open-offerer", "libnice", "ms", &samples);
  bench_samples_clear(&samples);
  bench_partner_end(side.partner);
}

int
main(int argc, char *argv[])
{
  const char *const *parts = (const char *const *)argv + 1;
  gboolean all = argc == 1;
  gboolean ping = all || g_strv_contains(parts, "ping");
  gboolean stream = all || g_strv_contains(parts, "stream");

  if (ping || stream)
    measure_udp(ping, stream);
  if (all || g_strv_contains(parts, "open"))
    measure_ice();
  return 0;
}
