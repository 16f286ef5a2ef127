/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhEpollLoop: any number of sockets behind one descriptor, which is a single source of the main
 * context. The main loop looks at each of its sources on every turn; with a thousand connections
 * that costs more than their messages do (design, “WebSockets at scale”).
 *
 * Plain struct of one main context. Linux only; another system gets a file of its own.
 */
#pragma once

#include <glib.h>

typedef struct _BhEpollLoop BhEpollLoop;

typedef struct _BhEpollWatch BhEpollWatch;

/* One socket in the loop; embedded in what owns the socket. */
struct _BhEpollWatch {
  int fd;
  /* @events: EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR. May remove this watch or any other. */
  void (*ready)(BhEpollWatch *watch, guint32 events);
  /* After the events of a turn, where bh_epoll_loop_mark() asked for it. */
  void (*flush)(BhEpollWatch *watch);
  GList marked; /* the loop's own */
  gboolean is_marked;
};

/** bh_epoll_loop_new: Returns: (nullable): %NULL: the system has no descriptor left */
BhEpollLoop *bh_epoll_loop_new(void);

/** bh_epoll_loop_free: every watch must have been removed. */
void bh_epoll_loop_free(BhEpollLoop *loop);

/** bh_epoll_loop_add: Returns: %FALSE: the system refuses it */
gboolean bh_epoll_loop_add(BhEpollLoop *loop, BhEpollWatch *watch, guint32 events);
void bh_epoll_loop_change(BhEpollLoop *loop, BhEpollWatch *watch, guint32 events);
void bh_epoll_loop_remove(BhEpollLoop *loop, BhEpollWatch *watch);

/** bh_epoll_loop_mark: @watch has something to write: its flush is called soon, once. */
void bh_epoll_loop_mark(BhEpollLoop *loop, BhEpollWatch *watch);
