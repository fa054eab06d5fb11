// Thousands of clients on an event stream, in one thread: what each has got, and when.
//
// Commands come on standard input, one a line, and each is answered by a line:
//   open FIRST COUNT STEP           opens these watchers, with the id that each has seen last, if any: "opened COUNT"
//   drop FIRST COUNT STEP           closes them: "dropped COUNT"
//   wait NUMBER POSITION MS         until that watcher has the event of that position: "reached" or "missing 1"
//   waitall POSITION MS             until all have it: "reached MIDDLE LAST" (times of CLOCK_MONOTONIC in microseconds at
//                                   which the middle one and the last one got their last event) or "missing COUNT"
//   disorder                        events that came twice or out of order: "disorder COUNT"

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LINE_BYTES_MAX 256

struct watcher {
    int socket;
    // Whether the first byte of the answer has come.
    int greeted;
    long last;
    long long at;
    // The line that has come in part, as far as it is worth keeping.
    char line[LINE_BYTES_MAX];
    int length;
};

static struct watcher *watchers;
static int count, events, greeted;
static long disorder;
static const char *path;
static struct sockaddr_in server;

static long long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void fail(const char *what) {
    fprintf(stderr, "watchers: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void open_watcher(int number) {
    struct watcher *watcher = &watchers[number];
    char request[1024], seen[64] = "";
    int socket_ = socket(AF_INET, SOCK_STREAM, 0);
    if (socket_ < 0 || connect(socket_, (struct sockaddr *)&server, sizeof server)) fail("connect");
    if (watcher->last) snprintf(seen, sizeof seen, "Last-Event-ID: %ld\r\n", watcher->last);
    int length = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: bench\r\n%s\r\n", path, seen);
    if (write(socket_, request, length) != length) fail("write");
    fcntl(socket_, F_SETFL, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = number};
    if (epoll_ctl(events, EPOLL_CTL_ADD, socket_, &event)) fail("epoll_ctl");
    watcher->socket = socket_;
    watcher->length = watcher->greeted = 0;
}

static void close_watcher(struct watcher *watcher) {
    if (watcher->socket < 0) return;
    close(watcher->socket);
    watcher->socket = -1;
    greeted -= watcher->greeted;
    watcher->greeted = 0;
}

// The id of an event of the log ends in its position, behind a low line or alone; others are those of greetings.
static void take_line(struct watcher *watcher, long long moment) {
    watcher->line[watcher->length] = 0;
    if (strncmp(watcher->line, "id: ", 4) || !strncmp(watcher->line, "id: conn_", 9) || !strncmp(watcher->line, "id: hb_", 7)) return;
    char *digits = strrchr(watcher->line, '_');
    long position = strtol(digits ? digits + 1 : watcher->line + 4, NULL, 10);
    if (position <= watcher->last) disorder++;
    watcher->last = position;
    watcher->at = moment;
}

static void take(struct watcher *watcher) {
    static char bytes[1 << 18];
    ssize_t length = recv(watcher->socket, bytes, sizeof bytes, 0);
    if (length < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (length <= 0) return close_watcher(watcher);
    long long moment = now();
    if (!watcher->greeted) greeted++;
    watcher->greeted = 1;
    for (char *byte = bytes; byte < bytes + length; byte++) {
        if (*byte == '\n') {
            take_line(watcher, moment);
            watcher->length = 0;
        } else if (watcher->length < LINE_BYTES_MAX - 1) {
            watcher->line[watcher->length++] = *byte;
        }
    }
}

static void look(int milliseconds) {
    static struct epoll_event ready[4096];
    int found = epoll_wait(events, ready, 4096, milliseconds);
    for (int index = 0; index < found; index++) {
        struct watcher *watcher = &watchers[ready[index].data.u32];
        if (watcher->socket >= 0) take(watcher);
    }
}

static int missing(long position) {
    int missing = 0;
    for (int number = 0; number < count; number++) missing += watchers[number].last < position;
    return missing;
}

static int compared(const void *one, const void *other) {
    long long first = *(const long long *)one, second = *(const long long *)other;
    return first < second ? -1 : first > second;
}

static void say_reached(void) {
    long long *times = malloc(count * sizeof *times);
    for (int number = 0; number < count; number++) times[number] = watchers[number].at;
    qsort(times, count, sizeof *times, compared);
    printf("reached %lld %lld\n", times[count / 2], times[count - 1]);
    free(times);
}

static void obey(const char *line) {
    int first, number, step, milliseconds;
    long position;
    if (sscanf(line, "open %d %d %d", &first, &number, &step) == 3) {
        int wanted = greeted + number;
        for (int index = 0; index < number; index++) {
            open_watcher(first + index * step);
            look(0);
        }
        for (long long end = now() + 60000000; greeted < wanted && now() < end;) look(10);
        printf("opened %d\n", number - (wanted - greeted));
    } else if (sscanf(line, "drop %d %d %d", &first, &number, &step) == 3) {
        for (int index = 0; index < number; index++) close_watcher(&watchers[first + index * step]);
        printf("dropped %d\n", number);
    } else if (sscanf(line, "wait %d %ld %d", &number, &position, &milliseconds) == 3) {
        for (long long end = now() + milliseconds * 1000LL; watchers[number].last < position && now() < end;) look(10);
        printf(watchers[number].last < position ? "missing 1\n" : "reached\n");
    } else if (sscanf(line, "waitall %ld %d", &position, &milliseconds) == 2) {
        for (long long end = now() + milliseconds * 1000LL; missing(position) && now() < end;) look(10);
        if (missing(position)) printf("missing %d\n", missing(position));
        else say_reached();
    } else if (!strcmp(line, "disorder\n")) {
        printf("disorder %ld\n", disorder);
    } else {
        printf("no such command\n");
    }
    fflush(stdout);
}

// Arguments: port, path, how many watchers there will be.
int main(int argc, char **argv) {
    if (argc != 4) return 2;
    server.sin_family = AF_INET;
    server.sin_port = htons(atoi(argv[1]));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    path = argv[2];
    count = atoi(argv[3]);
    watchers = calloc(count, sizeof *watchers);
    for (int number = 0; number < count; number++) watchers[number].socket = -1;
    events = epoll_create1(0);
    // Between two commands what comes is read all the same.
    struct pollfd inputs[2] = {{.fd = 0, .events = POLLIN}, {.fd = events, .events = POLLIN}};
    char line[256];
    setvbuf(stdin, NULL, _IONBF, 0);
    while (poll(inputs, 2, -1) > 0 || errno == EINTR) {
        if (inputs[1].revents) look(0);
        if (!inputs[0].revents) continue;
        if (!fgets(line, sizeof line, stdin)) return 0;
        obey(line);
    }
    return 0;
}
