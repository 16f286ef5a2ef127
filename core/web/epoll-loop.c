/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "epoll-loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Events taken in one turn: enough to spread the cost of the turn, few enough that the rest of the
 * program is not kept waiting. */
#define MAX_EVENTS 128

typedef struct {
  GSource source;
  BhEpollLoop *loop;
} LoopSource;

struct _BhEpollLoop {
  int fd;
  GSource *source;
  GQueue marked;
  struct epoll_event events[MAX_EVENTS]; /* of this turn; data is NULL once its watch is removed */
  int n_events;
};

static gboolean
loop_prepare(GSource *source, int *timeout_ms)
{
  *timeout_ms = -1;
  return ((LoopSource *)source)->loop->marked.length > 0;
}

static gboolean
loop_dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
  BhEpollLoop *loop = ((LoopSource *)source)->loop;
  GList *link;

  loop->n_events = epoll_wait(loop->fd, loop->events, MAX_EVENTS, 0);
  for (int i = 0; i < loop->n_events; i++) {
    BhEpollWatch *watch = loop->events[i].data.ptr;

    if (watch != NULL)
      watch->ready(watch, loop->events[i].events);
  }
  loop->n_events = 0;

  /* A flush marks nothing: each goes round once. */
  for (guint n = loop->marked.length; n > 0 && (link = loop->marked.head) != NULL; n--) {
    BhEpollWatch *watch = link->data;

    g_queue_unlink(&loop->marked, link);
    watch->is_marked = FALSE;
    watch->flush(watch);
  }
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_funcs = {.prepare = loop_prepare, .dispatch = loop_dispatch};

BhEpollLoop *
bh_epoll_loop_new(void)
{
  int fd = epoll_create1(EPOLL_CLOEXEC);
  BhEpollLoop *loop;

  if (fd < 0)
    return NULL;
  loop = g_new0(BhEpollLoop, 1);
  loop->fd = fd;
  g_queue_init(&loop->marked);
  loop->source = g_source_new(&loop_funcs, sizeof(LoopSource));
  ((LoopSource *)loop->source)->loop = loop;
  g_source_set_static_name(loop->source, "bellhop-web-sockets");
  g_source_add_unix_fd(loop->source, fd, G_IO_IN);
  g_source_attach(loop->source, g_main_context_get_thread_default());
  return loop;
}

void
bh_epoll_loop_free(BhEpollLoop *loop)
{
  g_warn_if_fail(loop->marked.length == 0);

  g_source_destroy(loop->source);
  g_source_unref(loop->source);
  close(loop->fd);
  g_free(loop);
}

static gboolean
control(BhEpollLoop *loop, int operation, BhEpollWatch *watch, guint32 events)
{
  struct epoll_event event = {.events = events, .data = {.ptr = watch}};

  return epoll_ctl(loop->fd, operation, watch->fd, &event) == 0;
}

gboolean
bh_epoll_loop_add(BhEpollLoop *loop, BhEpollWatch *watch, guint32 events)
{
  watch->marked.data = watch;
  return control(loop, EPOLL_CTL_ADD, watch, events);
}

void
bh_epoll_loop_change(BhEpollLoop *loop, BhEpollWatch *watch, guint32 events)
{
  control(loop, EPOLL_CTL_MOD, watch, events);
}

void
bh_epoll_loop_remove(BhEpollLoop *loop, BhEpollWatch *watch)
{
  control(loop, EPOLL_CTL_DEL, watch, 0);
  if (watch->is_marked)
    g_queue_unlink(&loop->marked, &watch->marked);
  watch->is_marked = FALSE;
  for (int i = 0; i < loop->n_events; i++)
    if (loop->events[i].data.ptr == watch)
      loop->events[i].data.ptr = NULL;
}

void
bh_epoll_loop_mark(BhEpollLoop *loop, BhEpollWatch *watch)
{
  if (watch->is_marked)
    return;
  watch->is_marked = TRUE;
  g_queue_push_tail_link(&loop->marked, &watch->marked);
}
