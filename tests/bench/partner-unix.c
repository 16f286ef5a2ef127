/* SPDX-License-Identifier: Apache-2.0 */
#include "partner.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "figures.h"

struct _BenchPartner {
  pid_t pid; /* 0 in the child */
  int fd;
  GString *input; /* what has come of a line that has no end yet */
  BenchPartnerReceive receive;
  gpointer user_data;
};

static void
take_lines(BenchPartner *self)
{
  char *end;
  while ((end = memchr(self->input->str, '\n', self->input->len)) != NULL) {
    gsize length = (gsize)(end - self->input->str);
    json_error_t error;
    json_t *message = json_loadb(self->input->str, length, 0, &error);
    if (message == NULL)
      bench_die("Not JSON from the other process: %s", error.text);
    g_string_erase(self->input, 0, (gssize)length + 1);
    if (self->receive != NULL)
      self->receive(self, message, self->user_data);
    json_decref(message);
  }
}

static gboolean
on_readable(gint fd, GIOCondition condition, gpointer user_data)
{
  BenchPartner *self = user_data;
  char bytes[65536];
  ssize_t length = read(fd, bytes, sizeof bytes);
  if (length < 0 && errno == EINTR)
    return G_SOURCE_CONTINUE;
  if (length <= 0) {
    if (self->pid != 0)
      bench_die("The other process has ended.");
    _exit(0);
  }
  g_string_append_len(self->input, bytes, length);
  take_lines(self);
  return G_SOURCE_CONTINUE;
}

BenchPartner *
bench_partner_fork(void (*run_child)(BenchPartner *parent))
{
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
    bench_die("socketpair: %s", g_strerror(errno));

  pid_t pid = fork();
  if (pid < 0)
    bench_die("fork: %s", g_strerror(errno));

  BenchPartner *self = g_new0(BenchPartner, 1);
  self->pid = pid;
  self->fd = fds[pid == 0 ? 1 : 0];
  close(fds[pid == 0 ? 0 : 1]);
  self->input = g_string_new(NULL);
  g_unix_fd_add(self->fd, G_IO_IN | G_IO_HUP, on_readable, self);
  if (pid == 0) {
    bench_partner_die_with_parent();
    run_child(self);
    _exit(0);
  }
  return self;
}

void
bench_partner_set_receiver(BenchPartner *self, BenchPartnerReceive receive, gpointer user_data)
{
  self->receive = receive;
  self->user_data = user_data;
}

void
bench_partner_send(BenchPartner *self, json_t *message)
{
  char *text = json_dumps(message, JSON_COMPACT);
  gsize length = strlen(text), sent = 0;
  text[length++] = '\n'; /* in the place of its NUL */
  while (sent < length) {
    ssize_t count = write(self->fd, text + sent, length - sent);
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      bench_die("The other process does not read: %s", g_strerror(errno));
    sent += (gsize)count;
  }
  free(text);
  json_decref(message);
}

void
bench_partner_end(BenchPartner *self)
{
  g_source_remove_by_user_data(self);
  close(self->fd);
  waitpid(self->pid, NULL, 0);
  g_string_free(self->input, TRUE);
  g_free(self);
}

void
bench_partner_die_with_parent(void)
{
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

void
bench_partner_kill(int pid)
{
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

BenchUsage
bench_usage_now(void)
{
  BenchUsage usage = {0};
  unsigned long total = 0, resident = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == NULL || fscanf(file, "%lu %lu", &total, &resident) != 2)
    bench_die("/proc/self/statm cannot be read.");
  fclose(file);
  usage.resident_kib = resident * (gsize)sysconf(_SC_PAGESIZE) / 1024;

  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  usage.cpu_ms = (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000 +
                 (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1000;
  return usage;
}
