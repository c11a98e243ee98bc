#include "CQRCode.h"
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

struct work {
    const void *content;
    size_t count;
    unsigned char *modules;
    size_t room;
    int side;
};

static void *encode(void *argument) {
    struct work *work = argument;
    work->side = -1;
    char *text = malloc(work->count + 1);
    if (text == NULL) return NULL;
    memcpy(text, work->content, work->count);
    text[work->count] = 0;
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (code == NULL) {
        if (errno == ERANGE) work->side = 0;
    } else {
        size_t area = (size_t)code->width * (size_t)code->width;
        if (area <= work->room) {
            for (size_t i = 0; i < area; i++) work->modules[i] = code->data[i] & 1;
            work->side = code->width;
        }
        QRcode_free(code);
    }
    free(text);
    return NULL;
}

int lt_qr_encode(const void *content, size_t count, unsigned char *modules, size_t room) {
    // libqrencode frees copies of the content without wiping them. M_PERTURB has the C library overwrite
    // what is freed, but not what a thread keeps for its own next use: so the work has a thread of its
    // own, and what that one kept is freed, and overwritten, at its end.
    struct work work = {content, count, modules, room, -1};
    pthread_t thread;
    mallopt(M_PERTURB, 0xA5);
    if (pthread_create(&thread, NULL, encode, &work) == 0) pthread_join(thread, NULL);
    mallopt(M_PERTURB, 0);
    return work.side;
}
