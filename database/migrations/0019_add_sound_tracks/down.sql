alter table recordings drop column sound_track, drop column sound_tracks;
