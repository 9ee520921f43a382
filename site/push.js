/* push.js -- shows a flash that was pushed, also when no page is open. */
'use strict';

addEventListener('push', (event) => {
    const { title, body, url, tag, lang, dir } = event.data.json();
    event.waitUntil(registration.showNotification(title,
        { body, tag, lang, dir, icon: '/icon-192.png', data: url }));
});

addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(clients.openWindow(event.notification.data));
});
