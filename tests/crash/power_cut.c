/* What would be on the disk if the power went: a copy of each file of a folder as it was when it was
   last synced. Loaded before the C library (LD_PRELOAD), with the folder in POWER_CUT_FOLDER and
   where the copies go in POWER_CUT_DISK. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file that was removed is gone from the disk once its folder is synced. */
static void forget_removed(const char *folder, const char *disk)
{
    char here[4400], kept[4400];
    DIR *entries = opendir(disk);
    struct dirent *entry;
    while (entries && (entry = readdir(entries))) {
        snprintf(here, sizeof here, "%s/%s", folder, entry->d_name);
        snprintf(kept, sizeof kept, "%s/%s", disk, entry->d_name);
        if (access(here, F_OK))
            unlink(kept);
    }
    if (entries)
        closedir(entries);
}

static void keep(int descriptor)
{
    const char *folder = getenv("POWER_CUT_FOLDER"), *disk = getenv("POWER_CUT_DISK");
    char link[64], path[4096], partial[4200], kept[4200], block[65536];
    if (!folder || !disk)
        return;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0)
        return;
    path[length] = 0;
    size_t prefix = strlen(folder);
    if (!strcmp(path, folder)) {
        forget_removed(folder, disk);
        return;
    }
    if (strncmp(path, folder, prefix) || path[prefix] != '/' || strchr(path + prefix + 1, '/'))
        return;
    snprintf(kept, sizeof kept, "%s/%s", disk, path + prefix + 1);
    snprintf(partial, sizeof partial, "%s.partial", kept);
    int out = open(partial, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (out < 0)
        return;
    off_t at = 0;
    ssize_t got;
    while ((got = pread(descriptor, block, sizeof block, at)) > 0) {
        if (write(out, block, got) != got)
            break;
        at += got;
    }
    close(out);
    rename(partial, kept);
}

int fsync(int descriptor)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int result = real(descriptor);
    keep(descriptor);
    return result;
}

int fdatasync(int descriptor)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int result = real(descriptor);
    keep(descriptor);
    return result;
}
