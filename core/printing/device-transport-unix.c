/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "device-transport.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <sys/stat.h>
#include <unistd.h>

struct _BhDeviceTransport {
  BhStreamTransport parent_instance;

  char *path;
};

G_DEFINE_FINAL_TYPE(BhDeviceTransport, bh_device_transport, BH_TYPE_STREAM_TRANSPORT)

static GIOStream *
make_stream(int fd)
{
  g_autoptr(GInputStream) input = g_unix_input_stream_new(fd, FALSE);
  g_autoptr(GOutputStream) output = g_unix_output_stream_new(fd, TRUE);

  return g_simple_io_stream_new(input, output);
}

/* Never a file or a disk, whatever somebody has put in the place of a printer. */
static gboolean
is_character_device(int fd)
{
  struct stat facts;

  return fstat(fd, &facts) == 0 && S_ISCHR(facts.st_mode);
}

static void
run_open(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const char *path = data;
  int fd = open(path, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  int problem = errno;

  if (fd >= 0 && !is_character_device(fd)) {
    close(fd);
    fd = -1;
    problem = ENODEV;
  }
  if (fd < 0)
    g_task_return_new_error(task, G_IO_ERROR, g_io_error_from_errno(problem), "%s",
                            g_strerror(problem));
  else
    g_task_return_pointer(task, make_stream(fd), g_object_unref);
}

static void
connect_async(BhStreamTransport *transport, GCancellable *cancellable, GAsyncReadyCallback callback,
              gpointer user_data)
{
  BhDeviceTransport *self = BH_DEVICE_TRANSPORT(transport);
  /* Owns no object: a worker may be the last to let go of its task. */
  g_autoptr(GTask) task = g_task_new(NULL, cancellable, callback, user_data);

  g_task_set_task_data(task, g_strdup(self->path), g_free);
  g_task_run_in_thread(task, run_open);
}

static GIOStream *
connect_finish(BhStreamTransport *transport, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

/* Whether somebody pulled it out. */
static gboolean
is_gone(GIOStream *stream)
{
  GInputStream *input = g_io_stream_get_input_stream(stream);
  GPollFD poll = {.fd = g_unix_input_stream_get_fd(G_UNIX_INPUT_STREAM(input)), .events = G_IO_IN};

  return g_poll(&poll, 1, 0) > 0 && (poll.revents & (G_IO_HUP | G_IO_ERR | G_IO_NVAL)) != 0;
}

/* usblp gives no bytes where the printer has none at the moment, and refuses to read at all from
 * one that cannot speak (EINVAL). */
static BhStreamSilence
judge_silence(BhStreamTransport *transport, GIOStream *stream, const GError *error)
{
  if (error == NULL)
    return is_gone(stream) ? BH_STREAM_END : BH_STREAM_PAUSE;
  return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT) ? BH_STREAM_MUTE
                                                                         : BH_STREAM_END;
}

static void
bh_device_transport_finalize(GObject *object)
{
  g_free(BH_DEVICE_TRANSPORT(object)->path);
  G_OBJECT_CLASS(bh_device_transport_parent_class)->finalize(object);
}

static void
bh_device_transport_class_init(BhDeviceTransportClass *klass)
{
  BhStreamTransportClass *transport = BH_STREAM_TRANSPORT_CLASS(klass);

  /* usblp gives a block to the printer and returns, and kills it at close; it asks for more once
   * the printer has it (usblp_write(), usblp_release(), usblp_poll()). */
  transport->keeps_last = TRUE;
  transport->connect_async = connect_async;
  transport->connect_finish = connect_finish;
  transport->judge_silence = judge_silence;
  G_OBJECT_CLASS(klass)->finalize = bh_device_transport_finalize;
}

static void
bh_device_transport_init(BhDeviceTransport *self)
{
}

BhPrintTransport *
bh_device_transport_new(const char *path)
{
  BhDeviceTransport *self = g_object_new(BH_TYPE_DEVICE_TRANSPORT, NULL);

  self->path = g_strdup(path);
  return BH_PRINT_TRANSPORT(self);
}
