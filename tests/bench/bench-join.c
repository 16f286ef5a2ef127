/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What it takes a paired device to join by proof, beside a join that is believed, of one server in
 * the same run:
 *
 *     bench-join
 *
 * From the `join` to the `joined`, on a WebSocket that is open. By proof the device checks the
 * server's signature and makes its own, both make a key for the sealing, and the server signs the
 * membership. `of a core` is what the server's own CPU time would allow; it lets in no more than
 * BH_SIGNALING_PROOFS_PER_SECOND of all devices together.
 */
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures.h"
#include "house.h"
#include "web-server.h"
#include "wire.h"

#define ROUNDS    5
#define DEVICES   150 /* a round; within BH_SIGNALING_PROOF_BURST */
#define REFILL_US ((gulong)DEVICES * G_USEC_PER_SEC / BH_SIGNALING_PROOFS_PER_SECOND)

typedef struct {
  const char *line;
  BenchSamples ms;
  double cpu_us; /* of all */
} Kind;

static void
serve(BenchHouse *house, int out)
{
  const BhSignalingConfig config = {
      .open = TRUE, .id = "b", .name = "b", .version = "0", .gate = bench_house_open_gate(house)};
  BhLimitSet limits;
  BhSignalingServer *signaling;
  BhWebServer *web;
  guint16 port;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  bh_limit_set_init(&limits);
  bh_limit_set_put(&limits, BH_LIMIT_TENANTS, 2 * (guint64)ROUNDS * DEVICES);
  signaling = bh_signaling_server_new(&config, &limits);
  web = bh_web_server_new(signaling, &limits);
  if (!bh_web_server_listen(web, "127.0.0.1", 0, NULL))
    _exit(1);
  port = bh_web_server_get_port(web);
  if (write(out, &port, sizeof port) != sizeof port)
    _exit(1);
  g_main_loop_run(g_main_loop_new(NULL, FALSE));
}

static void
join_by_word(int fd, const char *tenant_id)
{
  g_autofree char *join =
      g_strdup_printf("{\"type\":\"join\",\"tenantId\":\"%s\",\"peerId\":\"p\"}", tenant_id);
  g_autofree char *answer = NULL;

  wire_send_text(fd, join, strlen(join));
  answer = wire_receive_text(fd);
  if (strstr(answer, "\"type\":\"joined\"") == NULL)
    bench_die("not joined: %s", answer);
}

/* Each in a property of its own: nobody else is told. */
static void
play(BenchHouse *house, pid_t pid, guint16 port, guint round, gboolean by_proof, Kind *kind)
{
  int fds[DEVICES];
  double cpu_us;

  for (guint i = 0; i < DEVICES; i++) {
    fds[i] = wire_connect(port);
    wire_upgrade(fds[i], "/signal");
  }
  cpu_us = wire_read_cpu(pid);
  for (guint i = 0; i < DEVICES; i++) {
    g_autofree char *tenant_id = g_strdup_printf("t-%d-%u-%u", by_proof, round, i);
    gint64 start_us = g_get_monotonic_time();

    if (by_proof)
      bh_frame_seal_free(bench_house_join(house, i, fds[i], tenant_id, "p"));
    else
      join_by_word(fds[i], tenant_id);
    bench_samples_add(&kind->ms, (double)(g_get_monotonic_time() - start_us) / 1000);
  }
  kind->cpu_us += wire_read_cpu(pid) - cpu_us;
  for (guint i = 0; i < DEVICES; i++)
    close(fds[i]);
}

static void
tell(Kind *kind)
{
  g_autofree char *cpu = g_strconcat(kind->line, "-cpu", NULL);
  double us = kind->cpu_us / (ROUNDS * DEVICES);

  bench_figure_print_percentiles(kind->line, "bellhop", "ms", &kind->ms);
  bench_figure_print(cpu, "bellhop", "us", us, "per_s", 1e6 / us, NULL);
  bench_samples_clear(&kind->ms);
}

int
main(void)
{
  BenchHouse *house = bench_house_new(DEVICES);
  Kind word = {.line = "join-word"}, proof = {.line = "join-proof"};
  guint16 port;
  pid_t pid;
  int ends[2];

  if (pipe(ends) != 0 || (pid = fork()) < 0)
    bench_die("cannot start");
  if (pid == 0)
    serve(house, ends[1]);
  if (read(ends[0], &port, sizeof port) != sizeof port)
    bench_die("the server does not start");
  bench_samples_init(&word.ms);
  bench_samples_init(&proof.ms);
  for (guint round = 0; round < ROUNDS; round++) {
    play(house, pid, port, round, FALSE, &word);
    play(house, pid, port, round, TRUE, &proof);
    g_usleep(REFILL_US);
  }
  tell(&word);
  tell(&proof);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
  bench_house_free(house);
  return 0;
}
