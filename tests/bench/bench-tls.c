/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Full TLS 1.3 handshakes a second and the server's CPU time for each, of our https server and of
 * nginx in the same run, both with one worker and one ECDSA P-256 certificate:
 *
 *     bench-tls [NGINX]       the program; without it ours alone
 *
 * Beside them, as the floor, what OpenSSL takes for the server's side of a handshake in memory.
 */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <netinet/in.h>
#include <unistd.h>

#include "figures.h"
#include "tls-stream.h"
#include "web-server.h"
#include "wire.h"

#define RUN_US    (2 * G_USEC_PER_SEC)
#define ROUNDS    3
#define CLIENTS   2
#define IN_MEMORY 500

static BhCertificate *certificate;

static void
serve(int out)
{
  const BhSignalingConfig config = {.open = TRUE, .id = "b", .name = "b", .version = "0"};
  BhLimitSet limits;
  BhWebServer *web;
  guint16 port;

  prctl(PR_SET_PDEATHSIG, SIGKILL);
  bh_limit_set_init(&limits);
  web = bh_web_server_new(bh_signaling_server_new(&config, &limits), &limits);
  if (!bh_web_server_listen_tls(web, "127.0.0.1", 0, certificate, NULL))
    _exit(1);
  port = bh_web_server_get_tls_port(web);
  if (write(out, &port, sizeof port) != sizeof port)
    _exit(1);
  g_main_loop_run(g_main_loop_new(NULL, FALSE));
}

static pid_t
start_ours(guint16 *port)
{
  int ends[2];
  pid_t pid;

  if (pipe(ends) != 0 || (pid = fork()) < 0)
    bench_die("cannot start");
  if (pid == 0)
    serve(ends[1]);
  if (read(ends[0], port, sizeof *port) != sizeof *port)
    bench_die("our server does not start");
  return pid;
}

static guint16
find_port(void)
{
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);

  if (bind(fd, (struct sockaddr *)&address, length) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &length) != 0)
    bench_die("no port is free");
  close(fd);
  return ntohs(address.sin_port);
}

static void
write_file(const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename(folder, name, NULL);

  if (!g_file_set_contents(path, text, -1, NULL))
    bench_die("cannot write %s", path);
}

static gboolean
answers(guint16 port)
{
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  gboolean done = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;

  close(fd);
  return done;
}

static pid_t
start_nginx(const char *program, const char *folder, guint16 *port)
{
  g_autofree char *key = bh_certificate_key_to_pem(certificate);
  g_autofree char *shown = bh_certificate_to_pem(certificate);
  g_autofree char *settings = NULL;
  pid_t pid;

  *port = find_port();
  settings = g_strdup_printf(
      "daemon off; master_process off; error_log stderr crit; pid %s/pid;\n"
      "events { worker_connections 1024; }\n"
      "http { access_log off; client_body_temp_path %s/a; proxy_temp_path %s/b;\n"
      "fastcgi_temp_path %s/c; uwsgi_temp_path %s/d; scgi_temp_path %s/e;\n"
      "server { listen 127.0.0.1:%u ssl; ssl_certificate %s/shown.pem;\n"
      "ssl_certificate_key %s/shown.key; ssl_session_cache off; ssl_session_tickets on;\n"
      "ssl_protocols TLSv1.2 TLSv1.3; return 204; } }\n",
      folder, folder, folder, folder, folder, folder, *port, folder, folder);
  write_file(folder, "shown.key", key);
  write_file(folder, "shown.pem", shown);
  write_file(folder, "nginx.conf", settings);
  pid = fork();
  if (pid == 0) {
    g_autofree char *path = g_build_filename(folder, "nginx.conf", NULL);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(program, program, "-p", folder, "-c", path, (char *)NULL);
    _exit(1);
  }
  for (guint i = 0; !answers(*port); i++) {
    if (i == 100)
      bench_die("nginx does not start");
    g_usleep(20000);
  }
  return pid;
}

static SSL_CTX *
make_client_context(void)
{
  SSL_CTX *context = SSL_CTX_new(TLS_client_method());

  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  return context;
}

static void
shake(SSL_CTX *context, guint16 port)
{
  int fd = wire_connect(port);
  SSL *ssl = SSL_new(context);

  SSL_set_fd(ssl, fd);
  if (SSL_connect(ssl) != 1)
    bench_die("no handshake");
  SSL_free(ssl);
  close(fd);
}

/* In a process of its own, until @end_us. Tells how many by @out. */
static void
run_client(guint16 port, gint64 end_us, int out)
{
  g_autoptr(SSL_CTX) context = make_client_context();
  guint count = 0;

  for (; g_get_monotonic_time() < end_us; count++)
    shake(context, port);
  _exit(write(out, &count, sizeof count) == sizeof count ? 0 : 1);
}

static void
measure(const char *who, pid_t pid, guint16 port)
{
  gint64 start_us = g_get_monotonic_time();
  double cpu_us = wire_read_cpu(pid);
  guint total = 0;
  int ends[2];

  if (pipe(ends) != 0)
    bench_die("cannot start");
  for (guint i = 0; i < CLIENTS; i++) {
    if (fork() == 0)
      run_client(port, start_us + RUN_US, ends[1]);
  }
  for (guint i = 0; i < CLIENTS; i++) {
    guint count;

    if (read(ends[0], &count, sizeof count) != sizeof count)
      bench_die("a client failed");
    total += count;
    wait(NULL);
  }
  cpu_us = wire_read_cpu(pid) - cpu_us;
  close(ends[0]);
  close(ends[1]);
  bench_figure_print("tls-handshakes", who, "per_s",
                     total * 1e6 / (double)(g_get_monotonic_time() - start_us), NULL);
  bench_figure_print("tls-handshake-cpu", who, "us", cpu_us / total, NULL);
}

/* --- the floor --- */

static double
cpu_now_us(void)
{
  struct timespec now;

  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Returns: the server's microseconds */
static double
shake_in_memory(SSL_CTX *server_context, SSL_CTX *client_context)
{
  SSL *server = SSL_new(server_context), *client = SSL_new(client_context);
  BIO *here, *there;
  double us = 0, start_us;

  BIO_new_bio_pair(&here, 0, &there, 0);
  SSL_set_bio(server, here, here);
  SSL_set_bio(client, there, there);
  SSL_set_accept_state(server);
  SSL_set_connect_state(client);
  while (!SSL_is_init_finished(server) || !SSL_is_init_finished(client)) {
    SSL_do_handshake(client);
    start_us = cpu_now_us();
    SSL_do_handshake(server);
    us += cpu_now_us() - start_us;
  }
  SSL_free(server);
  SSL_free(client);
  return us;
}

static void
measure_floor(void)
{
  g_autoptr(SSL_CTX) server = bh_tls_stream_make_context(certificate, NULL);
  g_autoptr(SSL_CTX) client = make_client_context();
  double us = 0;

  for (guint i = 0; i < IN_MEMORY; i++)
    us += shake_in_memory(server, client);
  bench_figure_print("tls-handshake-cpu", "openssl", "us", us / IN_MEMORY, NULL);
}

static void
end(pid_t pid)
{
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

static void
remove_folder(const char *folder)
{
  static const char *const names[] = {"shown.key", "shown.pem", "nginx.conf", "pid", "a",
                                      "b",         "c",         "d",          "e"};

  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(folder, names[i], NULL);

    g_remove(path);
  }
  g_rmdir(folder);
}

int
main(int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp("bench-tls-XXXXXX", NULL);

  certificate = bh_certificate_new(NULL);
  for (guint round = 0; round < ROUNDS; round++) {
    guint16 port;
    pid_t pid = start_ours(&port);

    measure("bellhop", pid, port);
    end(pid);
    if (argc > 1) {
      pid = start_nginx(argv[1], folder, &port);
      measure("nginx", pid, port);
      end(pid);
    }
    measure_floor();
  }
  remove_folder(folder);
  bh_certificate_unref(certificate);
  return 0;
}
