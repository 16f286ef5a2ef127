/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "terminal.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

gboolean
bh_terminal_has_colours(void)
{
  const char *kind = g_getenv("TERM");

  return isatty(STDOUT_FILENO) && kind != NULL && !g_str_equal(kind, "dumb");
}

gboolean
bh_terminal_is_input(void)
{
  return isatty(STDIN_FILENO);
}

/* Who gives up with Ctrl+C while nothing is shown gets a terminal back that shows what is typed. */
static volatile sig_atomic_t given_up;

static void
on_signal(int number)
{
  given_up = number;
}

/* One byte of the input. Signals that are blocked are let in by @mask while it waits, and only then: one
   that came before ends the wait at once. NULL waits as read() does. */
static gssize
read_byte(char *byte, const sigset_t *mask)
{
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

  if (mask != NULL && ppoll(&input, 1, NULL, mask) < 0)
    return -1;
  return read(STDIN_FILENO, byte, 1);
}

/* Byte by byte: what follows the line is for whoever reads the input next. */
static char *
read_line(const sigset_t *mask, GError **error)
{
  g_autoptr(GString) line = g_string_new(NULL);
  char byte;

  while (line->len <= BH_TERMINAL_MAX_SECRET_BYTES) {
    gssize length = read_byte(&byte, mask);

    if (length < 0 && errno == EINTR && given_up == 0)
      continue;
    if (length < 0) {
      g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(errno), g_strerror(errno));
      return NULL;
    }
    if (length == 0 || byte == '\n')
      return g_string_free(g_steal_pointer(&line), FALSE);
    g_string_append_c(line, byte);
  }
  g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _("That is too long."));
  return NULL;
}

static char *
read_unseen(const char *prompt, struct termios *shown, GError **error)
{
  struct sigaction catch = {.sa_handler = on_signal}, before[3];
  static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
  struct termios unseen = *shown;
  sigset_t blocked, mask;
  char *line;

  given_up = 0;
  sigemptyset(&blocked);
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
    sigaction(numbers[i], &catch, &before[i]);
    sigaddset(&blocked, numbers[i]);
  }
  pthread_sigmask(SIG_BLOCK, &blocked, &mask);
  unseen.c_lflag &= ~(tcflag_t)ECHO;
  tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
  g_printerr("%s", prompt);
  line = read_line(&mask, error);
  g_printerr("\n");
  tcsetattr(STDIN_FILENO, TCSAFLUSH, shown);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    sigaction(numbers[i], &before[i], NULL);
  if (given_up != 0)
    raise(given_up);
  return line;
}

char *
bh_terminal_read_secret(const char *prompt, GError **error)
{
  struct termios shown;

  if (isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &shown) == 0)
    return read_unseen(prompt, &shown, error);
  return read_line(NULL, error);
}
