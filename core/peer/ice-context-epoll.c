/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "ice-context.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <unistd.h>

/*
 * A Loop is the one source of a main context; it lives while there are contexts to drive. Of each
 * context it knows the descriptors (in its epoll set) and the time of the next timer (in a sorted
 * sequence); it learns both anew after each turn of the context, and after a touch.
 *
 * The wake-up descriptor of a context is left out: all happens on one thread, so nobody else wakes
 * it, while GLib itself writes to it twice for each socket that is dispatched.
 */

#define EVENTS_PER_TURN 64 /* the rest is still ready on the next one */

/* Two descriptors each. An agent takes three that it cannot do without: for its context, for
 * another of libnice's, which GLib both ends the program for, and maybe for the epoll set. More are
 * open for a moment: to list the addresses, for random numbers. */
#define SPARE_PIPES 3

typedef struct {
  GSource source;
  GMainContext *main_context; /* borrowed: the source is attached to it */
  int epoll_fd;
  gpointer epoll_tag;
  GHashTable *owners;   /* descriptor -> BhIceContext */
  GSequence *deadlines; /* of BhIceContext that have one, the earliest first */
  GQueue touched;       /* of BhIceContext: to be learned anew */
  GQueue ready;         /* of BhIceContext: to be given a turn */
  guint n_contexts;
  gboolean is_dispatching;
  BhIceContext *turning; /* (nullable): whose callbacks run; borrowed */
  gint turn_depth;       /* of main loops, outside of them */
} Loop;

struct _BhIceContext {
  GMainContext *context;
  Loop *loop;
  GSourceOnceFunc after_turn;
  gpointer after_turn_data;
  GArray *polled; /* of GPollFD, as the epoll set has them */
  gint wakeup_fd;
  gint64 deadline_us;           /* of the monotonic clock */
  GSequenceIter *deadline_iter; /* (nullable): there is no timer */
  gboolean is_touched, is_ready;
};

/* Loops by their main context. There is one, but for tests that have several. */
static GHashTable *loops;

static gint
compare_deadlines(gconstpointer a, gconstpointer b, gpointer user_data)
{
  gint64 left = ((const BhIceContext *)a)->deadline_us;
  gint64 right = ((const BhIceContext *)b)->deadline_us;

  return (left > right) - (left < right);
}

static void
set_deadline(BhIceContext *self, gint timeout_ms)
{
  g_clear_pointer(&self->deadline_iter, g_sequence_remove);
  if (timeout_ms < 0)
    return;
  self->deadline_us = g_get_monotonic_time() + timeout_ms * G_TIME_SPAN_MILLISECOND;
  self->deadline_iter =
      g_sequence_insert_sorted(self->loop->deadlines, self, compare_deadlines, NULL);
}

/* The descriptors that sources of up to @priority wait for, in self->polled's form. */
static GArray *
query(BhIceContext *self, gint priority, gint *timeout_ms)
{
  GArray *fds = g_array_sized_new(FALSE, FALSE, sizeof(GPollFD), 8);
  gint n;

  do {
    g_array_set_size(fds, MAX(fds->len * 2, 8));
    n = g_main_context_query(self->context, priority, timeout_ms, (GPollFD *)(gpointer)fds->data,
                             (gint)fds->len);
  } while ((guint)n > fds->len);
  g_array_set_size(fds, (guint)n);
  return fds;
}

static GPollFD *
find_fd(GArray *fds, gint fd)
{
  for (guint i = 0; i < fds->len; i++) {
    GPollFD *each = &g_array_index(fds, GPollFD, i);

    if (each->fd == fd)
      return each;
  }
  return NULL;
}

/* Brings the epoll set from self->polled to @fds. A number that is closed and given out again
 * within one turn would be missed; an agent makes all its sockets at once, before any is closed. */
static void
set_polled(BhIceContext *self, GArray *fds)
{
  Loop *loop = self->loop;

  for (guint i = 0; i < self->polled->len; i++) {
    gint fd = g_array_index(self->polled, GPollFD, i).fd;

    /* A closed one has left the set by itself, and may already be another agent's. */
    if (find_fd(fds, fd) != NULL ||
        g_hash_table_lookup(loop->owners, GINT_TO_POINTER(fd)) != (gpointer)self)
      continue;
    g_hash_table_remove(loop->owners, GINT_TO_POINTER(fd));
    epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
  }
  for (guint i = 0; i < fds->len; i++) {
    GPollFD *each = &g_array_index(fds, GPollFD, i);
    GPollFD *before = find_fd(self->polled, each->fd);
    /* G_IO_IN and the others have the values of EPOLLIN and the others. */
    struct epoll_event event = {.events = each->events, .data.fd = each->fd};

    each->revents = 0;
    if (each->fd == self->wakeup_fd || (before != NULL && before->events == each->events))
      continue;
    g_hash_table_insert(loop->owners, GINT_TO_POINTER(each->fd), self);
    if (epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, each->fd, &event) != 0 && errno == EEXIST)
      epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, each->fd, &event);
  }
  g_array_unref(self->polled);
  self->polled = g_array_ref(fds);
}

/* What the context waits for now. */
static void
learn(BhIceContext *self)
{
  gint priority, timeout_ms;
  gboolean is_ready = g_main_context_prepare(self->context, &priority);
  g_autoptr(GArray) fds = query(self, G_MAXINT, &timeout_ms);

  set_polled(self, fds);
  set_deadline(self, is_ready ? 0 : timeout_ms);
}

static void
take_turn(BhIceContext *self)
{
  Loop *loop = self->loop;
  gint priority, timeout_ms;
  g_autoptr(GArray) fds = NULL;

  g_main_context_prepare(self->context, &priority);
  fds = query(self, priority, &timeout_ms);
  for (guint i = 0; i < fds->len; i++) {
    GPollFD *each = &g_array_index(fds, GPollFD, i);
    GPollFD *seen = find_fd(self->polled, each->fd);

    each->revents = seen != NULL ? seen->revents : 0;
  }
  if (g_main_context_check(self->context, priority, (GPollFD *)(gpointer)fds->data,
                           (gint)fds->len)) {
    loop->turning = self;
    loop->turn_depth = g_main_depth();
    g_main_context_dispatch(self->context);
    /* A main loop run inside a callback may have freed it. */
    if (g_steal_pointer(&loop->turning) != NULL)
      self->after_turn(self->after_turn_data);
  }
}

static void
make_ready(BhIceContext *self)
{
  if (self->is_ready)
    return;
  self->is_ready = TRUE;
  g_queue_push_tail(&self->loop->ready, self);
}

static gboolean
is_due(Loop *loop, gint *timeout_ms)
{
  GSequenceIter *first = g_sequence_get_begin_iter(loop->deadlines);
  gint64 left_us;

  *timeout_ms = -1;
  if (loop->touched.length > 0 || loop->ready.length > 0)
    return TRUE;
  if (g_sequence_iter_is_end(first))
    return FALSE;
  left_us = ((BhIceContext *)g_sequence_get(first))->deadline_us - g_source_get_time(&loop->source);
  if (left_us <= 0)
    return TRUE;
  *timeout_ms = (gint)MIN((left_us + 999) / G_TIME_SPAN_MILLISECOND, G_MAXINT);
  return FALSE;
}

static void
learn_touched(Loop *loop)
{
  BhIceContext *each;

  while ((each = g_queue_pop_head(&loop->touched)) != NULL) {
    each->is_touched = FALSE;
    learn(each);
  }
}

static gboolean
prepare(GSource *source, gint *timeout_ms)
{
  Loop *loop = (Loop *)source;

  if (!loop->is_dispatching)
    learn_touched(loop);
  return is_due(loop, timeout_ms);
}

static gboolean
check(GSource *source)
{
  Loop *loop = (Loop *)source;
  gint timeout_ms;

  return g_source_query_unix_fd(source, loop->epoll_tag) != 0 || is_due(loop, &timeout_ms);
}

static void
collect_ready(Loop *loop, gint64 now_us)
{
  struct epoll_event events[EVENTS_PER_TURN];
  int n = epoll_wait(loop->epoll_fd, events, EVENTS_PER_TURN, 0);

  for (int i = 0; i < n; i++) {
    BhIceContext *self = g_hash_table_lookup(loop->owners, GINT_TO_POINTER(events[i].data.fd));
    GPollFD *polled = self != NULL ? find_fd(self->polled, events[i].data.fd) : NULL;

    if (polled == NULL)
      continue;
    polled->revents = (gushort)events[i].events;
    make_ready(self);
  }
  for (GSequenceIter *iter = g_sequence_get_begin_iter(loop->deadlines);
       !g_sequence_iter_is_end(iter); iter = g_sequence_iter_next(iter)) {
    BhIceContext *self = g_sequence_get(iter);

    if (self->deadline_us > now_us)
      break;
    make_ready(self);
  }
}

static gboolean
dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
  Loop *loop = (Loop *)source;
  BhIceContext *each;

  /* A main loop run inside a callback: what is ready waits until that one has ended. */
  if (loop->is_dispatching)
    return G_SOURCE_CONTINUE;
  g_source_ref(source); /* the last context may go in a callback of another */
  loop->is_dispatching = TRUE;
  learn_touched(loop);
  collect_ready(loop, g_source_get_time(source));
  while ((each = g_queue_pop_head(&loop->ready)) != NULL) {
    each->is_ready = FALSE;
    bh_ice_context_touch(each); /* learned anew before the next wait, if it is still there then */
    take_turn(each);
  }
  loop->is_dispatching = FALSE;
  g_source_unref(source);
  return G_SOURCE_CONTINUE;
}

static void
finalize(GSource *source)
{
  Loop *loop = (Loop *)source;

  close(loop->epoll_fd);
  g_hash_table_unref(loop->owners);
  g_sequence_free(loop->deadlines);
}

static GSourceFuncs loop_funcs = {
    .prepare = prepare, .check = check, .dispatch = dispatch, .finalize = finalize};

/* Takes a few descriptors, and lets them go again. */
static gboolean
has_descriptors(GError **error)
{
  gint pipes[SPARE_PIPES][2];
  guint n = 0;

  while (n < SPARE_PIPES && g_unix_open_pipe(pipes[n], FD_CLOEXEC, NULL))
    n++;
  for (guint i = 0; i < n; i++) {
    close(pipes[i][0]);
    close(pipes[i][1]);
  }
  if (n < SPARE_PIPES)
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES,
                        "There are too many connections for one more");
  return n == SPARE_PIPES;
}

/* Returns: (nullable): %NULL exactly when @error is set */
static Loop *
get_loop(GError **error)
{
  g_autoptr(GMainContext) main_context = g_main_context_ref_thread_default();
  GSource *source;
  Loop *loop;
  int epoll_fd;

  if (loops == NULL)
    loops = g_hash_table_new(NULL, NULL);
  loop = g_hash_table_lookup(loops, main_context);
  if (loop != NULL)
    return loop;
  epoll_fd = epoll_create1(EPOLL_CLOEXEC);
  if (epoll_fd < 0) {
    g_set_error_literal(error, G_IO_ERROR, g_io_error_from_errno(errno), g_strerror(errno));
    return NULL;
  }

  source = g_source_new(&loop_funcs, sizeof(Loop));
  loop = (Loop *)source;
  loop->main_context = main_context;
  loop->epoll_fd = epoll_fd;
  loop->owners = g_hash_table_new(NULL, NULL);
  loop->deadlines = g_sequence_new(NULL);
  g_queue_init(&loop->touched);
  g_queue_init(&loop->ready);
  loop->epoll_tag = g_source_add_unix_fd(source, loop->epoll_fd, G_IO_IN);
  g_source_set_static_name(source, "BhIceContext");
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  /* Not for recursion: otherwise GLib takes the descriptor out of its set and back for each
   * dispatch, with a system call and a turn in vain for either. */
  g_source_set_can_recurse(source, TRUE);
  g_source_attach(source, main_context);
  g_hash_table_insert(loops, main_context, loop);
  return loop;
}

BhIceContext *
bh_ice_context_new(GSourceOnceFunc after_turn, gpointer user_data, GError **error)
{
  Loop *loop = has_descriptors(error) ? get_loop(error) : NULL;
  BhIceContext *self;
  gint timeout_ms, priority;

  if (loop == NULL)
    return NULL;
  self = g_new0(BhIceContext, 1);
  self->context = g_main_context_new();
  self->after_turn = after_turn;
  self->after_turn_data = user_data;
  self->loop = loop;
  self->loop->n_contexts++;
  self->polled = g_array_new(FALSE, FALSE, sizeof(GPollFD));
  g_main_context_acquire(self->context);

  g_main_context_prepare(self->context, &priority);
  g_autoptr(GArray) own = query(self, G_MAXINT, &timeout_ms);
  self->wakeup_fd = own->len > 0 ? g_array_index(own, GPollFD, 0).fd : -1;
  bh_ice_context_touch(self);
  return self;
}

void
bh_ice_context_free(BhIceContext *self)
{
  Loop *loop = self->loop;
  g_autoptr(GArray) none = g_array_new(FALSE, FALSE, sizeof(GPollFD));

  if (loop->turning == self)
    loop->turning = NULL;
  set_polled(self, none);
  g_clear_pointer(&self->deadline_iter, g_sequence_remove);
  g_queue_remove(&loop->touched, self);
  g_queue_remove(&loop->ready, self);
  g_array_unref(self->polled);
  g_main_context_release(self->context);
  g_main_context_unref(self->context);
  g_free(self);
  if (--loop->n_contexts == 0) {
    g_hash_table_remove(loops, loop->main_context);
    g_source_destroy(&loop->source);
    g_source_unref(&loop->source);
  }
}

GMainContext *
bh_ice_context_get(BhIceContext *self)
{
  return self->context;
}

gboolean
bh_ice_context_is_in_turn(BhIceContext *self)
{
  /* A main loop run inside a callback may last, and nothing is flushed meanwhile. */
  return self->loop->turning == self && g_main_depth() <= self->loop->turn_depth + 1;
}

void
bh_ice_context_touch(BhIceContext *self)
{
  if (self->is_touched)
    return;
  self->is_touched = TRUE;
  g_queue_push_tail(&self->loop->touched, self);
}
