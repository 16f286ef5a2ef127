/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire: WebSockets as a bench's client has them: a blocking socket to 127.0.0.1, frames with a mask
 * of zeros, which costs less than any server's work. What goes wrong ends the process.
 */
#pragma once

#include <glib.h>

/** wire_connect: Returns: a socket without delay */
int wire_connect(guint16 port);

/** wire_upgrade: @path: of the request; on a socket that has just been connected */
void wire_upgrade(int fd, const char *path);

void wire_send(int fd, const void *bytes, gsize length);

/** wire_make_frame: @length: 126 to 65,535. Returns: (transfer full): of @length + 8 bytes */
guint8 *wire_make_frame(const char *text, gsize length);

void wire_send_text(int fd, const char *text, gsize length);

/** wire_receive_text: the next text frame; others are passed over. Returns: (transfer full) */
char *wire_receive_text(int fd);

/** wire_read_cpu: of a process's main thread. Returns: microseconds */
double wire_read_cpu(int pid);
